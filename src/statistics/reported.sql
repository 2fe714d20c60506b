union all
  select {names}, 0, null, null, null, count(distinct report.article_id),
         count(distinct coalesce(report.source_id, article.source_id))
  from placed
  left join report on report.event_id = placed.id
  left join article on article.id = report.article_id
  -- Of a bucket of one source, what that source reports.
  where {of_bucket}
  group by {names}
