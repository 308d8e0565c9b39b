namespace Gibbon.Routing.Index;

/// <summary>Several candidates of one place. During one edit, a list that it made is changed in place.</summary>
internal sealed class CandidateList : CandidatePlace
{
    private readonly EditToken _owner;
    private Candidate[] _items;
    private int _count;

    public CandidateList(Candidate only, EditToken owner)
        : this([only], owner)
    {
    }

    private CandidateList(Candidate[] items, EditToken owner) => (_items, _count, _owner) = (items, items.Length, owner);

    public override Candidate? this[int number] => (uint)number < (uint)_count ? _items[number] : null;

    private ReadOnlySpan<Candidate> Items => _items.AsSpan(0, _count);

    /// <summary>The list with one more.</summary>
    public CandidateList With(Candidate candidate, EditToken token)
    {
        int at = IndexOf(candidate.Order);
        if (!ReferenceEquals(_owner, token))
        {
            return new CandidateList([.. Items[..at], candidate, .. Items[at..]], token);
        }

        if (_count == _items.Length)
        {
            Array.Resize(ref _items, _count * 2);
        }

        Array.Copy(_items, at, _items, at + 1, _count - at);
        _items[at] = candidate;
        _count++;
        return this;
    }

    /// <summary>The place without one.</summary>
    public CandidatePlace Without(Candidate candidate)
    {
        int at = IndexOf(candidate.Order);
        return at >= _count || !ReferenceEquals(_items[at], candidate) ? this
            : _count == 2 ? _items[1 - at]
            : new CandidateList([.. Items[..at], .. Items[(at + 1)..]], EditToken.None);
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
