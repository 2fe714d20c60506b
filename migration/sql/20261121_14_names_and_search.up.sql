-- Names as people spell them: every name folded, so that spellings of one name meet.

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
  if length(folded) <= 3 then return folded; end if;
  foreach rule slice 1 in array alike loop
    sound := replace(sound, rule[1], rule[2]);
  end loop;
  return coalesce(nullif(btrim(sound), ''), folded);
end
$$;
comment on function sounded_name is
  'A folded name as it sounds: transliterations of one name, such as Tehreek and Tehrik, Khorasan and Xorasan, are mostly the same text';

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
  constraint spelling_from_one check (num_nonnulls(name_id, crossing_id) = 1)
);
-- Whose name is spelled so? Or sounds so, however it is parted into words? Or nearly so?
create index spelling_folded on spelling (folded);
create index spelling_sound on spelling (replace(sound, ' ', ''));
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
  sought as materialized (select folded_name(asked) as folded, sounded_name(folded_name(asked)) as sound),
  -- The same letters.
  same as (
    select s.*, 1.0::double precision as score from spelling s
    where s.folded = (select nullif(folded, '') from sought)
      and s.record_type = case named when 'BORDER_CROSSING' then 'LOCATION' else named end
      and (named <> 'BORDER_CROSSING' or exists (select from border_crossing c where c.location_id = s.record_id))
  ),
  -- The same sound.
  sounding as (
    select s.*, 0.95::double precision as score from spelling s
    where replace(s.sound, ' ', '') = (select nullif(replace(sound, ' ', ''), '') from sought)
      and s.record_type = case named when 'BORDER_CROSSING' then 'LOCATION' else named end
      and (named <> 'BORDER_CROSSING' or exists (select from border_crossing c where c.location_id = s.record_id))
  ),
  -- Nearly the same sound: never above 0.9, so that it is never close to the same letters, and not asked when there are some.
  near as (
    select s.*, 0.9 * similarity(s.sound, (select sound from sought)) as score from spelling s
    where not exists (select from same)
      -- Of three letters, every third name is one letter away.
      and s.sound % (select sound from sought where length(sound) > 3)
      and s.record_type = case named when 'BORDER_CROSSING' then 'LOCATION' else named end
      and (named <> 'BORDER_CROSSING' or exists (select from border_crossing c where c.location_id = s.record_id))
  ),
  -- The best name of each record; of several, the one it goes by.
  best as (
    select distinct on (found.record_id) found.record_id, found.score, found.value, found.kind::text
    from (select * from same union all select * from sounding union all select * from near) found
    order by found.record_id, found.score desc, found.kind <> 'PRIMARY', found.value
  )
  select * from best order by score desc, record_id limit most
$$;
comment on function resolve_name is
  'Who or what goes by a name, nearly spelled so, best first: 1 the same letters, 0.95 the same sound, less by trigrams';
