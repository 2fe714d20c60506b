-- Lines of type article, with what they come from.
select r.id,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.source_id as "source.id", r.url, r.title, nullif(r.title_given, true) as "titleGiven", r.author,
       written_extent(r.published_start_earliest, r.published_start_latest, r.published_end_earliest, r.published_end_latest,
         r.published_ongoing, r.published_edtf, r.published_time_text, z.zone) as published,
       r.published_note as "publishedNote", r.language, r.dateline_id as "dateline.id", r.summary,
       r.content_hash as "contentHash",
       (select json_strip_nulls(json_agg(json_build_object('kind', f.kind,
           'article', case when f.from_article_id is not null then json_build_object('id', f.from_article_id) end,
           'source', case when f.from_source_id is not null then json_build_object('id', f.from_source_id) end)
         order by f.kind collate "C", f.from_article_id, f.from_source_id))
        from article_derivation f where f.article_id = r.id) as "derivedFrom"
from article r
cross join lateral (select coalesce(location_timezone(r.dateline_id), 'UTC') as zone offset 0) z
where {selected}
order by r.id
