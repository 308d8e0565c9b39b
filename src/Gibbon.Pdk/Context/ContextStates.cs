namespace Gibbon.Pdk;

/// <summary>
/// The states of one request: one per plugin and type. A request has few of them (most plugins have none), so a short row is searched from its start.
/// </summary>
struct ContextStates
{
    (Plugin Owner, object State)[]? row;
    int count;

    public readonly T? Find<T>(Plugin owner)
        where T : class
    {
        // Exactly the type: what derives from it is a state of its own, whichever was made first.
        for (var i = 0; i < count; i++)
            if (ReferenceEquals(row![i].Owner, owner) && row[i].State.GetType() == typeof(T))
                return (T)row[i].State;

        return null;
    }

    public T GetOrCreate<T>(Plugin owner)
        where T : class, new()
    {
        if (Find<T>(owner) is { } found)
            return found;

        row ??= new (Plugin, object)[4];
        if (count == row.Length)
            Array.Resize(ref row, count * 2);

        var state = new T();
        row[count++] = (owner, state);
        return state;
    }

    public void Clear()
    {
        if (count > 0)
            Array.Clear(row!, 0, count);

        count = 0;
    }
}
