"""The post's LangChain listing: a RetrievalQA chain with four results answers the five questions, with its sources.

Usage: python retrieval_qa.py KNOWLEDGE_BASE_ID
"""

import sys

from langchain_aws.retrievers import AmazonKnowledgeBasesRetriever
from langchain_classic.chains import RetrievalQA
from langchain_core.prompts import PromptTemplate

from generate_questions import claude_llm, propose_questions
from retrieve import PROMPT_TEMPLATE

kb_id = sys.argv[1]

# RetrievalQA fills {context} and {question}; the post's template calls the two by other names.
claude_prompt = PromptTemplate(
    template=PROMPT_TEMPLATE.replace("{context_str}", "{context}").replace("{query_str}", "{question}"),
    input_variables=["context", "question"],
)

retriever = AmazonKnowledgeBasesRetriever(
    knowledge_base_id=kb_id,
    retrieval_config={"vectorSearchConfiguration": {"numberOfResults": 4}},
)

qa = RetrievalQA.from_chain_type(
    llm=claude_llm,
    chain_type="stuff",
    retriever=retriever,
    return_source_documents=True,
    chain_type_kwargs={"prompt": claude_prompt},
)

for q in propose_questions():
    answer = qa.invoke(q)
    print(f"Q: {q}\nA: {answer['result'].strip()}")
    for document in answer["source_documents"]:
        print(f"   [{document.metadata['location']['s3Location']['uri']}, score {document.metadata['score']:.3f}]")
    print()
