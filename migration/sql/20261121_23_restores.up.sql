-- What indexes compute names what it calls in full: `pg_restore` builds them without a search path.

create or replace function searched_words(value text, language text) returns tsvector language sql immutable parallel safe as $$
  select case when public.stems_of(language) is null then
      to_tsvector('public.stems_english', translate(left(value, 100000), '-/', '  '))
    else
      to_tsvector('public.stems_english', translate(left(value, 100000), '-/', '  '))
      || to_tsvector(public.stems_of(language), translate(left(value, 100000), '-/', '  ')) end
$$;

create or replace function event_words(title text, summary text) returns tsvector language sql immutable parallel safe as $$
  select setweight(public.searched_words(title, null), 'A') || setweight(public.searched_words(coalesce(summary, ''), null), 'B')
$$;

create or replace function article_words(title text, summary text, language text) returns tsvector language sql immutable parallel safe as $$
  select setweight(public.searched_words(title, language), 'A') || setweight(public.searched_words(coalesce(summary, ''), language), 'B')
$$;

create or replace function claim_words(value_text text, quote text, note text) returns tsvector language sql immutable parallel safe as $$
  select setweight(public.searched_words(coalesce(value_text, ''), null), 'B') || setweight(public.searched_words(coalesce(quote, ''), null), 'B')
    || setweight(public.searched_words(coalesce(note, ''), null), 'D')
$$;
