using System.Buffers;
using System.Runtime.CompilerServices;

namespace Gibbon.Routing.Index;

/// <summary>Some places, read as one: gives candidates in the order in which they are asked, each place from its head.</summary>
internal ref struct CandidateQueue
{
    private Inline _inline;
    private CandidatePlace[]? _more;
    private int[]? _moreHeads;
    private int _count;

    /// <summary>Adds a place.</summary>
    public void Add(CandidatePlace place)
    {
        if (_count < Inline.Length)
        {
            _inline[_count++] = new Cursor { Place = place };
        }
        else
        {
            AddBeyond(place);
        }
    }

    /// <summary>The candidate to ask next, or null when all have been.</summary>
    public Candidate? Next()
    {
        Candidate? best = null;
        int from = -1;
        int inlined = Math.Min(_count, Inline.Length);
        for (int i = 0; i < inlined; i++)
        {
            ref Cursor cursor = ref _inline[i];
            if (cursor.Place[cursor.Head] is { } head && (best is null || head.Order.Precedes(best.Order)))
            {
                best = head;
                from = i;
            }
        }

        if (_more is not null)
        {
            return NextBeyond(best, from);
        }

        if (from >= 0)
        {
            _inline[from].Head++;
        }

        return best;
    }

    /// <summary>Gives back what was rented.</summary>
    public void Dispose()
    {
        if (_more is { } more)
        {
            _more = null;
            ArrayPool<CandidatePlace>.Shared.Return(more, clearArray: true);
            ArrayPool<int>.Shared.Return(_moreHeads!, clearArray: true);
        }
    }

    // More places than fit on the stack: only a configuration with very many nested prefixes has them.
    private void AddBeyond(CandidatePlace place)
    {
        int at = _count++ - Inline.Length;
        if (_more is null || at == _more.Length)
        {
            CandidatePlace[] places = ArrayPool<CandidatePlace>.Shared.Rent(Math.Max(at * 2, 64));
            int[] heads = ArrayPool<int>.Shared.Rent(places.Length);
            Array.Clear(heads);
            _more?.CopyTo(places, 0);
            Dispose();
            (_more, _moreHeads) = (places, heads);
        }

        _more[at] = place;
    }

    private Candidate? NextBeyond(Candidate? best, int from)
    {
        for (int i = 0; i < _count - Inline.Length; i++)
        {
            if (_more![i][_moreHeads![i]] is { } head && (best is null || head.Order.Precedes(best.Order)))
            {
                best = head;
                from = i + Inline.Length;
            }
        }

        if (from >= Inline.Length)
        {
            _moreHeads![from - Inline.Length]++;
        }
        else if (from >= 0)
        {
            _inline[from].Head++;
        }

        return best;
    }

    private struct Cursor
    {
        public CandidatePlace Place;
        public int Head;
    }

    [InlineArray(Length)]
    private struct Inline
    {
        public const int Length = 12;

        private Cursor _first;
    }
}
