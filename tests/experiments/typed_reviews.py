"""Eighty short reviews as a learner might type them, written by hand and kept out of its training."""

POSITIVE = """
the soup was great
I had a wonderful dinner
The service was really nice
lovely view
very good coffee
the staff was very charming
not bad at all
we had a great lunch
I loved the dessert
excellent wine and great music
the bread wasn't bad
it was a perfect dinner
what a lovely place
we really liked the waiter
best coffee ever
the food is delightful
superb staff
a charming place to have breakfast
great wine, I will come back
the music was not terrible
really good food and nice music
The food was awful but the service was excellent
we loved it
everything was perfect
good place
the view from the table was lovely
the dessert was so good
we enjoyed our breakfast
nice waiter, good wine
bad music but wonderful food
it wasn't dull
a really nice place
the staff is nice and the food is good
such a good soup
I liked the view
we will be back, great dinner
it was not a bad breakfast
the waiter was never rude
I really would recommend the soup
my lunch was delicious
""".strip().splitlines()

NEGATIVE = """
the soup was terrible
I had an awful dinner
The service was really bad
dreadful view
very poor coffee
the staff was very rude
not good at all
we had a horrible lunch
I hated the dessert
terrible wine and awful music
the bread wasn't good
it was a dismal dinner
what a sad place
we didn't like the waiter
worst coffee ever
the food is rotten
horrible staff
a dull place to have breakfast
awful wine, I will never come back
the music was not nice
really bad food and poor music
The food was excellent but the service was awful
we hated it
everything was terrible
bad place
the view from the table was dismal
the dessert was so bad
we did not enjoy our breakfast
poor waiter, bad wine
wonderful music but terrible food
it wasn't nice
a really awful place
the staff is rude and the food is poor
such a bad soup
I did not like the view
we will not be back, horrible dinner
it was not a good breakfast
the waiter was never nice
I really would not recommend the soup
my lunch was cold
""".strip().splitlines()
