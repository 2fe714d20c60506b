drop function search_highlights, search_hits, search_score, search_query_of_any, search_query, without_small_words;
drop index event_by_words, article_by_words, claim_by_words, actor_by_words, spelling_by_words;
drop function event_words, article_words, claim_words, searched_words, stems_of;
drop text search configuration stems_english;
drop text search dictionary stems_of_english_words;
drop extension unaccent;
drop trigger follow_named on name;
drop trigger follow_sides_of_created on border_crossing;
drop trigger follow_sides_of_updated on border_crossing;
drop function resolve_name, follow_sides, follow_names;
drop table spelling;
drop function core_name, sounded_name, folded_name;

create function event_matches_text(title text, summary text, words text) returns boolean
language sql immutable parallel safe as $$
  select to_tsvector('simple', left(title, 10000) || ' ' || left(coalesce(summary, ''), 100000)) @@ websearch_to_tsquery('simple', words)
$$;
comment on function event_matches_text is 'Whether a title and summary, of an event or an article, have these words';

create function name_matches_text(name text, words text) returns boolean
language sql immutable parallel safe as $$
  select to_tsvector('simple', left(name, 10000)) @@ websearch_to_tsquery('simple', words)
$$;
comment on function name_matches_text is 'Whether a name has these words';

-- Which events, articles, names have these words?
create index event_words on event using gin (to_tsvector('simple', left(title, 10000) || ' ' || left(coalesce(summary, ''), 100000)));
create index article_words on article using gin (to_tsvector('simple', left(title, 10000) || ' ' || left(coalesce(summary, ''), 100000)));
create index name_words on name using gin (to_tsvector('simple', left(value, 10000)));
