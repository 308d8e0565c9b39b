namespace Gibbon.Routing.Index;

/// <summary>Candidates of one place, in the order in which they are asked. Immutable once published, as <see cref="RadixNode{T}"/> is.</summary>
internal sealed class CandidateList
{
    private readonly EditToken _owner;

    // Most places have one candidate: it is kept here, and not in an array that a look-up would have to fetch as well.
    private readonly Candidate _first;
    private Candidate[]? _items;
    private int _count;

    private CandidateList(Candidate only, EditToken owner) => (_first, _count, _owner) = (only, 1, owner);

    private CandidateList(Candidate[] items, EditToken owner)
        : this(items[0], owner) => (_items, _count) = (items, items.Length);

    /// <summary>The candidates.</summary>
    public ReadOnlySpan<Candidate> Items => _items is null ? new ReadOnlySpan<Candidate>(in _first) : _items.AsSpan(0, _count);

    /// <summary>The list with one more.</summary>
    public static CandidateList Add(CandidateList? list, Candidate candidate, EditToken token)
    {
        if (list is null)
        {
            return new CandidateList(candidate, token);
        }

        ReadOnlySpan<Candidate> items = list.Items;
        int at = IndexOf(items, candidate.Order);
        if (list._items is null || !ReferenceEquals(list._owner, token))
        {
            return new CandidateList([.. items[..at], candidate, .. items[at..]], token);
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
        if (list is null)
        {
            return null;
        }

        ReadOnlySpan<Candidate> items = list.Items;
        int at = IndexOf(items, candidate.Order);
        return at >= items.Length || !ReferenceEquals(items[at], candidate) ? list
            : items.Length == 1 ? null
            : items.Length == 2 ? new CandidateList(items[1 - at], token)
            : new CandidateList([.. items[..at], .. items[(at + 1)..]], token);
    }

    // The first that does not precede the given order.
    private static int IndexOf(ReadOnlySpan<Candidate> items, in RouteOrder order)
    {
        int low = 0;
        int high = items.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (items[middle].Order.Precedes(order))
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
