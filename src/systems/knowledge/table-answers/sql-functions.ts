/** What a query may call: operators, aggregates, and functions of one row that reach nothing outside of it. */
export const ALLOWED_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['+', '-', '*', '/', '//', '%', '**', '^', '||', '~~', '!~~', '~~*', '!~~*', '~~~', '@', '&', '|'],
  ...['count', 'count_star', 'count_if', 'countif', 'sum', 'avg', 'mean', 'min', 'max', 'median', 'mode', 'any_value'],
  ...['arg_min', 'arg_max', 'argmin', 'argmax', 'min_by', 'max_by', 'first', 'last', 'bool_and', 'bool_or', 'product'],
  ...['stddev', 'stddev_pop', 'stddev_samp', 'var_pop', 'var_samp', 'variance', 'quantile', 'quantile_cont'],
  ...['quantile_disc', 'corr', 'covar_pop', 'covar_samp', 'approx_count_distinct', 'string_agg', 'list', 'histogram'],
  ...['row_number', 'rank', 'dense_rank', 'percent_rank', 'ntile', 'lag', 'lead', 'first_value', 'last_value'],
  ...['abs', 'round', 'ceil', 'ceiling', 'floor', 'trunc', 'sign', 'sqrt', 'power', 'pow', 'exp', 'ln', 'log', 'log2'],
  ...['log10', 'mod', 'greatest', 'least', 'coalesce', 'nullif', 'ifnull', 'if', 'isnan', 'isfinite'],
  ...['lower', 'upper', 'lcase', 'ucase', 'trim', 'ltrim', 'rtrim', 'length', 'len', 'substring', 'substr', 'left'],
  ...['right', 'replace', 'concat', 'concat_ws', 'contains', 'starts_with', 'ends_with', 'prefix', 'suffix'],
  ...['position', 'strpos', 'instr', 'split_part', 'reverse', 'lpad', 'rpad', 'regexp_matches', 'strip_accents'],
  ...['regexp_full_match', 'like_escape', 'not_like_escape', 'ilike_escape', 'not_ilike_escape'],
  ...['year', 'month', 'day', 'dayofmonth', 'dayofweek', 'weekday', 'isodow', 'dayofyear', 'week', 'weekofyear'],
  ...['quarter', 'hour', 'minute', 'second', 'decade', 'century', 'date_part', 'datepart', 'date_trunc', 'datetrunc'],
  ...['date_diff', 'datediff', 'date_sub', 'datesub', 'date_add', 'dayname', 'monthname', 'last_day', 'make_date'],
  ...['strftime', 'strptime', 'age', 'epoch', 'julian', 'to_days', 'to_months', 'to_years', 'to_hours'],
]);
