-- Names as people spell them: every name folded, so that spellings of one name meet; and text as it is searched.

-- A change of either function changes what is stored: a later step that changes one fills `spelling` anew.
create function folded_name(value text) returns text language sql immutable strict parallel safe as $$
  select left(btrim(regexp_replace(
    -- U.S. is US: a dot after a single letter parts nothing.
    regexp_replace(
      replace(replace(replace(replace(replace(
        lower(translate(
          -- Letters and marks apart, compatible letters alike; then marks, vowel points, joiners and apostrophes go.
          regexp_replace(normalize(value, nfkd),
            '[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u2060\ufeff\u02b0-\u02ff''`\u00b4\u2018\u2019\u201b\u2032]',
            '', 'g'),
          -- Letters that do not come apart, the same letter of Arabic, Persian, Urdu and Pashto, and digits.
          U&'\00d8\00f8\0141\0142\0110\0111\00d0\00f0\0131\0126\0127\018f\0259\0649\064a\06cc\06cd\06d0\06d2\0643\0629\06c1\06be\06d5\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669\06f0\06f1\06f2\06f3\06f4\06f5\06f6\06f7\06f8\06f9',
          U&'OoLlDdDdiHhAa\06cc\06cc\06cc\06cc\06cc\06cc\06a9\0647\0647\0647\064701234567890123456789')),
        U&'\00df', 'ss'), U&'\00e6', 'ae'), U&'\0153', 'oe'), U&'\00fe', 'th'), '&', ' and '),
      '(?<![a-z])([a-z])\.', '\1', 'g'),
    -- Whatever is neither letter nor digit parts words. Named by their codes, since what a letter is depends on the locale.
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u0589-\u058a\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u06dd\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2100-\u2bff\u2e00-\u2e7f\u3000-\u303f\ufd3e\ufd3f\ufe00-\ufe6f\uff00-\uff0f\U0001f000-\U0001fbff]+',
    ' ', 'g')), 500)
$$;
comment on function folded_name is
  'A name without case, accents, vowel points, hyphens and punctuation: names that are the same letters are the same text; empty when it has no letters';

create function sounded_name(folded text) returns text language plpgsql immutable strict parallel safe as $$
declare
  -- What transliterations take for one another, in the order in which it is written alike. Plain
  -- replacements: a regular expression with a back reference takes ten times as long.
  alike constant text[] := array[
    ['kh', 'x'], ['gh', 'g'], ['dh', 'd'], ['ph', 'f'], ['dzh', 'j'], ['dj', 'j'],
    ['y', 'i'], ['e', 'i'], ['o', 'u'], ['w', 'v'], ['q', 'k'], ['ai', 'i'],
    -- An h that is silent at the end.
    ['ah ', 'a '], ['ih ', 'i '], ['uh ', 'u '],
    ['aa', 'a'], ['bb', 'b'], ['cc', 'c'], ['dd', 'd'], ['ff', 'f'], ['gg', 'g'], ['hh', 'h'], ['iii', 'i'], ['ii', 'i'],
    ['jj', 'j'], ['kk', 'k'], ['ll', 'l'], ['mm', 'm'], ['nn', 'n'], ['pp', 'p'], ['rr', 'r'], ['ss', 's'], ['tt', 't'],
    ['uu', 'u'], ['vv', 'v'], ['xx', 'x'], ['zz', 'z'], ['   ', ' '], ['  ', ' ']];
  -- Articles, and the -e- and -i- that join words.
  sound text := regexp_replace(' ' || replace(folded, ' ', '  ') || ' ', ' (e|i|al|el|ul|ash|the|of|and) ', ' ', 'g');
  rule text[];
begin
  -- Three letters are an acronym, and PPP is not PP.
  if length(btrim(sound)) <= 3 then return coalesce(nullif(btrim(sound), ''), folded); end if;
  foreach rule slice 1 in array alike loop
    sound := replace(sound, rule[1], rule[2]);
  end loop;
  return coalesce(nullif(btrim(sound), ''), folded);
end
$$;
comment on function sounded_name is
  'A folded name as it sounds: transliterations of one name, such as Tehreek and Tehrik, Khorasan and Xorasan, are mostly the same text';

create function core_name(folded text) returns text language sql immutable strict parallel safe as $$
  select coalesce(nullif(btrim(regexp_replace(' ' || replace(folded, ' ', '  ') || ' ',
    ' (town|city|village|municipality|subdistrict|district|governorate|province|region|county|crossing|border) ', ' ', 'g')), ''), folded)
$$;
comment on function core_name is
  'A folded name of a place without the word for what it is: a town, its district and its province often share the rest';

create table spelling (
  id          bigint generated always as identity primary key,
  name_id     uuid references name on delete cascade deferrable,
  crossing_id uuid references border_crossing on delete cascade deferrable,
  record_type text not null constraint spelling_of_named_record check (record_type in ('ACTOR', 'LOCATION', 'SOURCE')),
  record_id   uuid not null,
  kind        name_kind not null,
  value       text not null,
  folded      text not null generated always as (folded_name(value)) stored,
  sound       text not null generated always as (sounded_name(folded_name(value))) stored,
  core        text not null generated always as (sounded_name(case when record_type = 'LOCATION' then core_name(folded_name(value))
                                                               else folded_name(value) end)) stored,
  constraint spelling_from_one check (num_nonnulls(name_id, crossing_id) = 1)
);
-- Whose name is spelled so? Or sounds so, however it is parted into words? Or but for the word for
-- what it is? Or has these words among others? Or is nearly so?
create index spelling_folded on spelling (folded);
create index spelling_sound on spelling (replace(sound, ' ', ''));
create index spelling_core on spelling (replace(core, ' ', ''));
create index spelling_words on spelling using gin (string_to_array(sound, ' '));
create index spelling_like on spelling using gin (sound gin_trgm_ops);
create index spelling_name on spelling (name_id) where name_id is not null;
create index spelling_crossing on spelling (crossing_id) where crossing_id is not null;
comment on table spelling is 'Every name of an actor, location or source, those of the sides of crossings included, as it is looked up; kept by the database';
comment on column spelling.id is 'Row id';
comment on column spelling.name_id is 'The name';
comment on column spelling.crossing_id is 'Or the crossing, whose side is called so';
comment on column spelling.record_type is 'What is named: ACTOR, LOCATION or SOURCE';
comment on column spelling.record_id is 'Its id';
comment on column spelling.kind is 'What kind of name; of a side''s name, ALIAS';
comment on column spelling.value is 'The name as it is written';
comment on column spelling.folded is 'Without case, accents and punctuation';
comment on column spelling.sound is 'As it sounds';
comment on column spelling.core is 'As it sounds; of a place without the word for what it is';

create function follow_names() returns trigger language plpgsql as $$
begin
  insert into spelling (name_id, record_type, record_id, kind, value)
  select id, case when actor_id is not null then 'ACTOR' when location_id is not null then 'LOCATION' else 'SOURCE' end,
         coalesce(actor_id, location_id, source_id), kind, value
  from new_rows;
  return null;
end
$$;
comment on function follow_names is 'Spells names that came; those that go take their spellings along';

create function follow_sides() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from spelling s using new_rows n where s.crossing_id = n.id;
  end if;
  insert into spelling (crossing_id, record_type, record_id, kind, value)
  select n.id, 'LOCATION', n.location_id, 'ALIAS', side.local_name
  from new_rows n cross join lateral (select a_local_name union select b_local_name) side (local_name);
  return null;
end
$$;
comment on function follow_sides is 'Spells what the sides of crossings are called';

create trigger follow_named after insert on name
  referencing new table as new_rows for each statement execute function follow_names();
create trigger follow_sides_of_created after insert on border_crossing
  referencing new table as new_rows for each statement execute function follow_sides();
create trigger follow_sides_of_updated after update on border_crossing
  referencing new table as new_rows for each statement execute function follow_sides();

-- What was named before there were spellings.
insert into spelling (name_id, record_type, record_id, kind, value)
select id, case when actor_id is not null then 'ACTOR' when location_id is not null then 'LOCATION' else 'SOURCE' end,
       coalesce(actor_id, location_id, source_id), kind, value
from name;
insert into spelling (crossing_id, record_type, record_id, kind, value)
select c.id, 'LOCATION', c.location_id, 'ALIAS', side.local_name
from border_crossing c cross join lateral (select a_local_name union select b_local_name) side (local_name);

create function resolve_name(asked text, named text, most integer) returns table (
  record_id uuid, score double precision, matched text, kind text)
language sql stable
-- Less alike than this is noise, and there is much of it.
set pg_trgm.similarity_threshold = 0.4 as $$
  with
  sought as materialized (
    select folded, sounded_name(folded) as sound,
           sounded_name(case when named in ('LOCATION', 'BORDER_CROSSING') then core_name(folded) else folded end) as core
    from (select nullif(folded_name(asked), '') as folded) f
  ),
  found as (
    -- The same letters.
    select s.*, 1.0::double precision as score from spelling s where s.folded = (select folded from sought)
    union all
    -- The same sound.
    select s.*, 0.95 from spelling s where replace(s.sound, ' ', '') = (select replace(sound, ' ', '') from sought)
    union all
    -- The same but for the word for what it is.
    select s.*, 0.92 from spelling s where replace(s.core, ' ', '') = (select replace(core, ' ', '') from sought)
    union all
    -- All the words, and others: the fewer these, the better.
    (select s.*, 0.55 + 0.35 * length(sought.core)::double precision / length(s.sound) from spelling s cross join sought
     where string_to_array(s.sound, ' ') @> (select string_to_array(core, ' ') from sought) limit 2000)
    union all
    -- Nearly the same sound: never above 0.9, so that it is never close to the same letters. Of three
    -- letters, every third name is one letter away.
    (select s.*, 0.9 * (similarity(s.sound, sought.sound) + strict_word_similarity(sought.sound, s.sound)) / 2
     from spelling s cross join sought
     where s.sound % (select sound from sought where length(sound) > 3) limit 2000)
  ),
  -- The best name of each record; of several, the one it goes by.
  best as (
    select distinct on (found.record_id) found.record_id, found.score, found.value, found.kind::text
    from found
    where found.record_type = case named when 'BORDER_CROSSING' then 'LOCATION' else named end
      and (named <> 'BORDER_CROSSING' or exists (select from border_crossing c where c.location_id = found.record_id))
    order by found.record_id, found.score desc, found.kind <> 'PRIMARY', found.value
  )
  select * from best order by score desc, record_id limit most
$$;
comment on function resolve_name is
  'Who or what goes by a name, nearly spelled so, best first: 1 the same letters, 0.95 the same sound, 0.92 the same but for a word such as town, less for names that have all its words and others, and by trigrams';

-- Text as it is searched. What filters asked until now, whole words of any language, is a part of it.

drop index event_words, article_words, name_words;
drop function event_matches_text, name_matches_text;

create extension if not exists unaccent;

-- No stop words: IS, WHO and CAN are names, and a column of words knows no capitals. A query leaves
-- out what a person writes small between the words that matter: see `search_query`.
create text search dictionary stems_of_english_words (template = pg_catalog.snowball, language = english);
comment on text search dictionary stems_of_english_words is 'English words by their stems, none left out';
create text search configuration stems_english (copy = pg_catalog.english);
alter text search configuration stems_english alter mapping for asciiword, asciihword, hword_asciipart with stems_of_english_words;
alter text search configuration stems_english alter mapping for hword, hword_part, word with unaccent, stems_of_english_words;
comment on text search configuration stems_english is 'English words by their stems, all words without accents';

create function stems_of(language text) returns regconfig language sql immutable parallel safe as $$
  select case split_part(lower(language), '-', 1)
    when 'ar' then regconfig 'pg_catalog.arabic' when 'hy' then 'pg_catalog.armenian' when 'eu' then 'pg_catalog.basque'
    when 'ca' then 'pg_catalog.catalan' when 'da' then 'pg_catalog.danish' when 'nl' then 'pg_catalog.dutch'
    when 'fi' then 'pg_catalog.finnish' when 'fr' then 'pg_catalog.french' when 'de' then 'pg_catalog.german' when 'el' then 'pg_catalog.greek'
    when 'hi' then 'pg_catalog.hindi' when 'hu' then 'pg_catalog.hungarian' when 'id' then 'pg_catalog.indonesian' when 'ga' then 'pg_catalog.irish'
    when 'it' then 'pg_catalog.italian' when 'lt' then 'pg_catalog.lithuanian' when 'ne' then 'pg_catalog.nepali' when 'no' then 'pg_catalog.norwegian'
    when 'nb' then 'pg_catalog.norwegian' when 'nn' then 'pg_catalog.norwegian' when 'pt' then 'pg_catalog.portuguese'
    when 'ro' then 'pg_catalog.romanian' when 'ru' then 'pg_catalog.russian' when 'sr' then 'pg_catalog.serbian' when 'es' then 'pg_catalog.spanish'
    when 'sv' then 'pg_catalog.swedish' when 'ta' then 'pg_catalog.tamil' when 'tr' then 'pg_catalog.turkish' when 'yi' then 'pg_catalog.yiddish'
  end
$$;
comment on function stems_of is 'The configuration that stems the words of a language, BCP 47; null for English, which all text is stemmed as, and where there is none';

create function searched_words(value text, language text) returns tsvector language sql immutable parallel safe as $$
  select case when stems_of(language) is null then
      to_tsvector('stems_english', translate(left(value, 100000), '-/', '  '))
    else
      to_tsvector('stems_english', translate(left(value, 100000), '-/', '  '))
      || to_tsvector(stems_of(language), translate(left(value, 100000), '-/', '  ')) end
$$;
comment on function searched_words is
  'The words of a text: without accents and stemmed as English, which leaves words of other scripts as they are, and as they are written by the stems of its own language where that is known; joined words count each';

create function event_words(title text, summary text) returns tsvector language sql immutable parallel safe as $$
  select setweight(searched_words(title, null), 'A') || setweight(searched_words(coalesce(summary, ''), null), 'B')
$$;
comment on function event_words is 'The words by which an event is found';

create function article_words(title text, summary text, language text) returns tsvector language sql immutable parallel safe as $$
  select setweight(searched_words(title, language), 'A') || setweight(searched_words(coalesce(summary, ''), language), 'B')
$$;
comment on function article_words is 'The words by which an article is found';

create function claim_words(value_text text, quote text, note text) returns tsvector language sql immutable parallel safe as $$
  select setweight(searched_words(coalesce(value_text, ''), null), 'B') || setweight(searched_words(coalesce(quote, ''), null), 'B')
    || setweight(searched_words(coalesce(note, ''), null), 'D')
$$;
comment on function claim_words is 'The words by which a claim is found';

-- Which events, articles, claims, names and descriptions have these words? Computed by the index
-- alone: a column of words would make every row, and every revision of it, half as large again.
create index event_by_words on event using gin (event_words(title, summary));
create index article_by_words on article using gin (article_words(title, summary, language));
create index claim_by_words on claim using gin (claim_words(value_text, quote, note))
  where num_nonnulls(value_text, quote, note) > 0;
create index spelling_by_words on spelling using gin (searched_words(value, null));
create index actor_by_words on actor using gin (searched_words(description, null)) where description is not null;

create function without_small_words(asked text) returns text language sql immutable parallel safe as $$
  -- Outside of quotation marks, and only what is written small: "the IS" asks for IS.
  select string_agg(case when place % 2 = 1 then
      regexp_replace(part, '(?<![^[:space:]])-?(a|about|after|all|am|an|and|any|are|as|at|be|because|been|before|being|between|both|but|by|can|could|did|do|does|during|each|few|for|from|had|has|have|he|her|here|him|his|how|i|if|in|into|is|it|its|me|more|most|my|no|nor|not|of|off|on|once|only|other|our|out|over|own|same|she|should|so|some|such|than|that|the|their|them|then|there|these|they|this|those|through|to|too|until|very|was|we|were|what|when|where|which|while|who|whom|why|will|with|would|you|your)(?![^[:space:]])', '', 'g')
    else part end, '"' order by place)
  from regexp_split_to_table(asked, '"') with ordinality parts (part, place)
$$;
comment on function without_small_words is 'What people write in a search box without the English words that are in every text';

create function search_query(asked text, language text) returns tsquery language sql immutable parallel safe as $$
  -- What only leaves words out would find nearly everything: it is a word that no text has.
  select case when querytree(query) in ('', 'T') then tsquery ''' ''' else query end
  from (select case when stems_of(language) is null
          then websearch_to_tsquery('stems_english', parted)
          else websearch_to_tsquery('stems_english', parted) || websearch_to_tsquery(stems_of(language), parted) end as query
        -- A hyphen or slash within a word parts it; one before a word leaves it out.
        from (select regexp_replace(without_small_words(asked), '([^[:space:]])[-/](?=[^[:space:]])', '\1 ', 'g') as parted) words) read
$$;
comment on function search_query is
  'What people write in a search box: all words, "phrases", or, -without; in English and in the language given, BCP 47; finds nothing when no word is asked for';

create function search_query_of_any(query tsquery) returns tsquery language sql immutable parallel safe as $$
  select case when query::text ~ '!' then query else replace(query::text, ' & ', ' | ')::tsquery end
$$;
comment on function search_query_of_any is 'A query for any of its words and phrases; one that leaves words out stays as it is';

create function search_score(words tsvector, all_words tsquery, any_word tsquery) returns bigint language sql immutable parallel safe as $$
  select round(1e6 * (ts_rank(words, any_word, 1) / 2 + case when words @@ all_words then 0.5 else 0 end))::bigint
$$;
comment on function search_score is 'Millionths: what has all the words lies in the upper half; within a half, the more words, the earlier in a record and the shorter it, the higher';

create function search_hits(asked text, language text, types text[], most integer)
returns table (id uuid, record_type text, score bigint)
language sql stable parallel safe as $$
  with
  query as materialized (
    select asked_for as all_words, search_query_of_any(asked_for) as any_word,
           -- One word asks the same twice.
           asked_for <> search_query_of_any(asked_for) as is_of_several
    from search_query(asked, language) asked_for
  ),
  -- Of each type, so many that have all the words; where there are fewer, so many that have any of them.
  whole as materialized (
    (select e.id, 'EVENT' as record_type, event_words(e.title, e.summary) as words from event e
     where 'EVENT' = any (types) and event_words(e.title, e.summary) @@ (select all_words from query) limit most)
    union all
    (select a.id, 'ARTICLE', article_words(a.title, a.summary, a.language) from article a
     where 'ARTICLE' = any (types) and article_words(a.title, a.summary, a.language) @@ (select all_words from query) limit most)
    union all
    (select c.id, 'CLAIM', claim_words(c.value_text, c.quote, c.note) from claim c
     where 'CLAIM' = any (types) and c.retracted_at is null and num_nonnulls(c.value_text, c.quote, c.note) > 0
       and claim_words(c.value_text, c.quote, c.note) @@ (select all_words from query) limit most)
    union all
    (select s.record_id, s.record_type, setweight(searched_words(s.value, null), 'A') from spelling s
     where s.record_type = any (types) and searched_words(s.value, null) @@ (select all_words from query) limit most)
  ),
  part as (
    (select e.id, 'EVENT' as record_type, event_words(e.title, e.summary) as words from event e
     where 'EVENT' = any (types) and (select count(*) from whole w where w.record_type = 'EVENT') < most and (select is_of_several from query)
       and event_words(e.title, e.summary) @@ (select any_word from query) limit most)
    union all
    (select a.id, 'ARTICLE', article_words(a.title, a.summary, a.language) from article a
     where 'ARTICLE' = any (types) and (select count(*) from whole w where w.record_type = 'ARTICLE') < most and (select is_of_several from query)
       and article_words(a.title, a.summary, a.language) @@ (select any_word from query) limit most)
    union all
    (select c.id, 'CLAIM', claim_words(c.value_text, c.quote, c.note) from claim c
     where 'CLAIM' = any (types) and (select count(*) from whole w where w.record_type = 'CLAIM') < most and (select is_of_several from query)
       and c.retracted_at is null and num_nonnulls(c.value_text, c.quote, c.note) > 0
       and claim_words(c.value_text, c.quote, c.note) @@ (select any_word from query) limit most)
    union all
    (select s.record_id, s.record_type, setweight(searched_words(s.value, null), 'A') from spelling s
     where s.record_type = any (types) and (select count(*) from whole w where w.record_type not in ('EVENT', 'ARTICLE', 'CLAIM')) < most and (select is_of_several from query)
       and searched_words(s.value, null) @@ (select any_word from query) limit most)
    union all
    (select a.id, 'ACTOR', setweight(searched_words(a.description, null), 'B') from actor a
     where 'ACTOR' = any (types) and a.description is not null
       and searched_words(a.description, null) @@ (select any_word from query) limit most)
  ),
  found as (
    select * from whole
    union all
    select * from part
  )
  -- By its best name, where a record is found by several.
  select found.id, found.record_type, max(search_score(found.words, query.all_words, query.any_word))
  from found cross join query group by found.id, found.record_type
$$;
comment on function search_hits is
  'What has any of the words, with its score: of each type the best of so many that have all words, and, where there are fewer, of so many that have any';

create function search_highlights(asked text, language text, ids uuid[]) returns table (id uuid, fragment text)
language sql stable parallel safe as $$
  with
  query as materialized (select search_query_of_any(search_query(asked, language)) as any_word),
  texts (id, place, value, language) as (
    select e.id, place, value, null from event e cross join lateral (values (1, e.title), (2, e.summary)) t (place, value)
    where e.id = any (ids)
    union all
    select a.id, place, value, a.language from article a cross join lateral (values (1, a.title), (2, a.summary)) t (place, value)
    where a.id = any (ids)
    union all
    select c.id, place, value, null
    from claim c cross join lateral (values (1, c.value_text), (2, c.quote), (3, c.note)) t (place, value)
    where c.id = any (ids)
    union all
    select n.id, 1, n.value, null from (
      select actor_id as id, value from name where actor_id = any (ids)
      union select location_id, value from name where location_id = any (ids)
      union select source_id, value from name where source_id = any (ids)
      union select c.location_id, side.value from border_crossing c
        cross join lateral (values (c.a_local_name), (c.b_local_name)) side (value) where c.location_id = any (ids)) n
    union all
    select a.id, 2, a.description, null from actor a where a.id = any (ids)
  )
  select t.id, case
      -- Short texts as they are; cut ones say that they go on.
      when length(t.value) <= 300 then ts_headline(t.config, t.plain, t.any_word, 'StartSel=**, StopSel=**, HighlightAll=true')
      else (select case when starts_with(t.plain, left(replace(cut, '**', ''), 20)) then '' else '… ' end || cut
              || case when right(t.plain, 20) = right(replace(cut, '**', ''), 20) then '' else ' …' end
            from ts_headline(t.config, t.plain, t.any_word,
              'StartSel=**, StopSel=**, MaxWords=25, MinWords=10, MaxFragments=2, FragmentDelimiter=" … "') cut)
    end
  from (
    select texts.*, query.any_word, replace(left(texts.value, 100000), '*', '') as plain,
           case when to_tsvector('stems_english', left(texts.value, 100000)) @@ query.any_word then regconfig 'stems_english'
                else coalesce(stems_of(texts.language), regconfig 'stems_english') end as config
    from texts cross join query
    where searched_words(texts.value, texts.language) @@ query.any_word
  ) t
  order by t.id, t.place, t.value
$$;
comment on function search_highlights is
  'The texts by which records were found, cut to fragments, with two asterisks around each word that was; plain text, from which asterisks of its own are left out';
