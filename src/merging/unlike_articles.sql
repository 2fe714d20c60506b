-- An article of another source is another article, however alike: a copy counts as a copy.
select 'The articles are of two sources: where one is a copy of the other, say so by its derivedFrom; where the sources are one, merge those first.'
from article gone, article kept
where gone.id = $1 and kept.id = $2 and gone.source_id <> kept.source_id
