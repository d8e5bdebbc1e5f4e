import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.Base64;
import org.apache.tika.metadata.*;
import org.apache.tika.parser.*;
import org.apache.tika.parser.ocr.TesseractOCRConfig;
import org.apache.tika.sax.BodyContentHandler;

/** For each path on a line of the input: the text of the file in Base64 on a line of the output, or an empty line. */
class TikaReader {
  public static void main(String[] arguments) throws Exception {
    var parser = new AutoDetectParser();
    // Text recognition would be another measurement, and Tika takes it where it is installed.
    var recognition = new TesseractOCRConfig();
    recognition.setSkipOcr(true);
    // Without a parser in its context, what is embedded in the file is left out.
    var context = new ParseContext();
    context.set(TesseractOCRConfig.class, recognition);
    var paths = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.US_ASCII);
    System.setOut(System.err);
    for (String path; (path = paths.readLine()) != null; ) {
      var handler = new BodyContentHandler(-1);
      try (InputStream in = Files.newInputStream(Path.of(path))) {
        var metadata = new Metadata();
        metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, Path.of(path).getFileName().toString());
        parser.parse(in, handler, metadata, context);
      } catch (Throwable failed) {
        System.err.println(path + ": " + failed);
      }
      out.println(Base64.getEncoder().encodeToString(handler.toString().getBytes(StandardCharsets.UTF_8)));
    }
  }
}
