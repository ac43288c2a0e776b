"""The one place that acts: a policy folder is opened, people are found, plans are made, applied and looked at again.

`house` opens the folder and reaches its systems; `people` finds; `copying` writes a copy by way of `package`; `plans`
makes plans and `apply` carries them out; `cases` and `state` are what stands by between commands, sealed.
"""
