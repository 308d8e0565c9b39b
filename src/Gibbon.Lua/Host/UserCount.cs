namespace Gibbon.Lua.Host;

/// <summary>
/// Counts who uses something that must not be closed under anybody: whoever is in it, has work in it or will come back to it. Its owner is the first of them. At zero it is
/// closed, and nobody gets in any more.
/// </summary>
internal struct UserCount()
{
    private int _users = 1;

    /// <summary>One more user who comes from outside; says whether it is still open.</summary>
    public bool TryEnter()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
            {
                return true;
            }

            users = found;
        }

        return false;
    }

    /// <summary>One more user, brought in by one who is there.</summary>
    public void Add() => Interlocked.Increment(ref _users);

    /// <summary>One less; says whether it was the last, who closes it.</summary>
    public bool Leave() => Interlocked.Decrement(ref _users) == 0;
}
