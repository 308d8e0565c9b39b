namespace Gibbon.Pdk;

/// <summary>
/// The per-plugin states of one request. A request has few of them (most plugins have none), so a short row is searched from its start.
/// </summary>
struct ContextStates
{
    (Plugin Owner, object State)[]? row;
    int count;

    public readonly object? Find(Plugin owner)
    {
        for (var i = 0; i < count; i++)
            if (ReferenceEquals(row![i].Owner, owner))
                return row[i].State;

        return null;
    }

    public T GetOrCreate<T>(Plugin owner)
        where T : class, new()
    {
        if (Find(owner) is { } found)
            return (T)found;

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
