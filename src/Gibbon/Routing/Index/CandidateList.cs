namespace Gibbon.Routing.Index;

/// <summary>Candidates of one place, in the order in which they are asked. Immutable once published, as <see cref="RadixNode{T}"/> is.</summary>
internal sealed class CandidateList
{
    private readonly EditToken _owner;
    private Candidate[] _items;
    private int _count;

    private CandidateList(Candidate[] items, int count, EditToken owner) => (_items, _count, _owner) = (items, count, owner);

    /// <summary>The candidates.</summary>
    public ReadOnlySpan<Candidate> Items => _items.AsSpan(0, _count);

    /// <summary>The list with one more.</summary>
    public static CandidateList Add(CandidateList? list, Candidate candidate, EditToken token)
    {
        if (list is null)
        {
            return new CandidateList([candidate], 1, token);
        }

        int at = list.IndexOf(candidate.Order);
        if (!ReferenceEquals(list._owner, token))
        {
            return new CandidateList([.. list._items.AsSpan(0, at), candidate, .. list._items.AsSpan(at, list._count - at)], list._count + 1, token);
        }

        if (list._count == list._items.Length)
        {
            Array.Resize(ref list._items, list._count * 2);
        }

        Array.Copy(list._items, at, list._items, at + 1, list._count - at);
        list._items[at] = candidate;
        list._count++;
        return list;
    }

    /// <summary>The list without one; null when none remains.</summary>
    public static CandidateList? Remove(CandidateList? list, Candidate candidate, EditToken token)
    {
        int at = list?.IndexOf(candidate.Order) ?? 0;
        if (list is null || at >= list._count || !ReferenceEquals(list._items[at], candidate))
        {
            return list;
        }

        return list._count == 1
            ? null
            : new CandidateList([.. list._items.AsSpan(0, at), .. list._items.AsSpan(at + 1, list._count - at - 1)], list._count - 1, token);
    }

    // The first that does not precede the given order.
    private int IndexOf(in RouteOrder order)
    {
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_items[middle].Order.Precedes(order))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
