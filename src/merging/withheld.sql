-- Readers without a token would see, in the one that stays, what is withheld of the other; or lose what
-- they see now.
select case when is_withheld($1)
    then 'What gives way is withheld from readers without a token, and the other is not: its names and what refers to it would be shown. Open its dataset first.'
    else 'What stays is withheld from readers without a token, and the other is not: what refers to that would be hidden. Open its dataset first.' end
where is_withheld($1) <> is_withheld($2)
