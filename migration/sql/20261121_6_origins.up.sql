-- Where a claim or an article comes from: repetition is not corroboration, and is counted by this.

create function refuse_derivation_cycle() returns trigger language plpgsql as $$
begin
  -- Two writers who each see half of a cycle would both pass: one at a time.
  perform pg_advisory_xact_lock(hashtext('dateline.derivations'));
  if exists (
    with recursive upward(id) as (
      select article_id from new_rows where from_article_id is not null
      union all
      select d.from_article_id from upward u join article_derivation d on d.article_id = u.id
      where d.from_article_id is not null
    ) cycle id set is_cycle using path
    select from upward where is_cycle)
  then
    raise exception 'an article cannot come from itself'
      using errcode = 'check_violation', constraint = 'article_derivation_has_no_cycle';
  end if;
  return null;
end
$$;
comment on function refuse_derivation_cycle is 'Refuses an article that would come from itself, through other articles';

create trigger refuse_cycle_of_created after insert on article_derivation
  referencing new table as new_rows for each statement execute function refuse_derivation_cycle();
create trigger refuse_cycle_of_updated after update on article_derivation
  referencing new table as new_rows for each statement execute function refuse_derivation_cycle();

-- Exactly one member is given, or an unnamed actor together with the source or article he spoke to.
create type origin as (actor_id uuid, source_id uuid, article_id uuid);
comment on type origin is 'Who stands behind a claim: a speaker, a source, or an article whose source is unknown';

create function article_origins(articles uuid[]) returns table (article_id uuid, origin origin)
language sql stable parallel safe as $$
  with recursive chain(article_id, at_article, at_source, steps) as (
    select a, a, null::uuid, 0 from unnest(articles) a
    union all
    select c.article_id, d.from_article_id, d.from_source_id, c.steps + 1
    from chain c
    -- Where an article comes from several, the same one is followed each time.
    cross join lateral (
      select from_article_id, from_source_id from article_derivation
      where article_derivation.article_id = c.at_article and kind in ('SYNDICATES', 'REWRITES', 'TRANSLATES')
      order by kind, from_article_id, from_source_id limit 1) d
  ),
  root as (select distinct on (article_id) * from chain order by article_id, steps desc)
  select r.article_id,
         case when r.at_source is not null then row(null, r.at_source, null)::origin
              when s.kind = 'UNKNOWN' then row(null, null, a.id)::origin
              else row(null, a.source_id, null)::origin end
  from root r
  left join article a on a.id = r.at_article
  left join source s on s.id = a.source_id
$$;
comment on function article_origins is 'The origin of each article: the root of what it syndicates, rewrites or translates';

create function claim_origins(claims uuid[]) returns table (claim_id uuid, origin origin)
language sql stable parallel safe as $$
  with asked as (
    select c.id, c.speaker_id, c.source_id, c.article_id, coalesce(speaker.kind = 'UNNAMED_ROLE', false) as unnamed,
           relay.source_id as relay_id
    from claim c
    left join actor speaker on speaker.id = c.speaker_id
    left join claim_relay relay on relay.claim_id = c.id and relay.position =
      (select min(position) from claim_relay first where first.claim_id = c.id)
    where c.id = any (claims)
  ),
  of_article as (
    select o.* from article_origins(array(
      select distinct article_id from asked
      where (speaker_id is null or unnamed) and relay_id is null and article_id is not null)) o
  )
  select a.id,
         case when a.speaker_id is not null and not a.unnamed then row(a.speaker_id, null, null)::origin
              -- An unnamed speaker, or null: together with the first of the relay chain, else with the
              -- origin of the article, so that a copy of it has the same.
              when a.relay_id is not null then row(a.speaker_id, a.relay_id, null)::origin
              when a.article_id is null then row(a.speaker_id, a.source_id, null)::origin
              else row(a.speaker_id, (o.origin).source_id, (o.origin).article_id)::origin end
  from asked a left join of_article o on o.article_id = a.article_id
$$;
comment on function claim_origins is 'The origin of each claim: its speaker, the first of its relay chain, or its article''s origin';
