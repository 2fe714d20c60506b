create or replace function claim_words(value_text text, quote text, note text) returns tsvector language sql immutable parallel safe as $$
  select setweight(searched_words(coalesce(value_text, ''), null), 'B') || setweight(searched_words(coalesce(quote, ''), null), 'B')
    || setweight(searched_words(coalesce(note, ''), null), 'D')
$$;

create or replace function article_words(title text, summary text, language text) returns tsvector language sql immutable parallel safe as $$
  select setweight(searched_words(title, language), 'A') || setweight(searched_words(coalesce(summary, ''), language), 'B')
$$;

create or replace function event_words(title text, summary text) returns tsvector language sql immutable parallel safe as $$
  select setweight(searched_words(title, null), 'A') || setweight(searched_words(coalesce(summary, ''), null), 'B')
$$;

create or replace function searched_words(value text, language text) returns tsvector language sql immutable parallel safe as $$
  select case when stems_of(language) is null then
      to_tsvector('stems_english', translate(left(value, 100000), '-/', '  '))
    else
      to_tsvector('stems_english', translate(left(value, 100000), '-/', '  '))
      || to_tsvector(stems_of(language), translate(left(value, 100000), '-/', '  ')) end
$$;
