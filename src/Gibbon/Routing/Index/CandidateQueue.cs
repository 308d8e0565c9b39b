using System.Buffers;
using System.Runtime.CompilerServices;

namespace Gibbon.Routing.Index;

/// <summary>Some sorted lists, read as one: gives candidates in the order in which they are asked, each list from its head.</summary>
internal ref struct CandidateQueue
{
    private Inline _inline;
    private CandidateList[]? _more;
    private int[]? _moreHeads;
    private int _count;

    /// <summary>Adds a list.</summary>
    public void Add(CandidateList list)
    {
        if (_count < Inline.Length)
        {
            _inline[_count++] = new Cursor { List = list };
        }
        else
        {
            AddBeyond(list);
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
            ReadOnlySpan<Candidate> items = cursor.List.Items;
            if ((uint)cursor.Head < (uint)items.Length)
            {
                Candidate head = items[cursor.Head];
                if (best is null || head.Order.Precedes(best.Order))
                {
                    best = head;
                    from = i;
                }
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
            ArrayPool<CandidateList>.Shared.Return(more, clearArray: true);
            ArrayPool<int>.Shared.Return(_moreHeads!, clearArray: true);
        }
    }

    // More places than fit on the stack: only a configuration with very many nested prefixes has them.
    private void AddBeyond(CandidateList list)
    {
        int at = _count++ - Inline.Length;
        if (_more is null || at == _more.Length)
        {
            CandidateList[] lists = ArrayPool<CandidateList>.Shared.Rent(Math.Max(at * 2, 64));
            int[] heads = ArrayPool<int>.Shared.Rent(lists.Length);
            Array.Clear(heads);
            _more?.CopyTo(lists, 0);
            Dispose();
            (_more, _moreHeads) = (lists, heads);
        }

        _more[at] = list;
    }

    private Candidate? NextBeyond(Candidate? best, int from)
    {
        for (int i = 0; i < _count - Inline.Length; i++)
        {
            ReadOnlySpan<Candidate> items = _more![i].Items;
            if (_moreHeads![i] < items.Length && (best is null || items[_moreHeads[i]].Order.Precedes(best.Order)))
            {
                best = items[_moreHeads[i]];
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
        public CandidateList List;
        public int Head;
    }

    [InlineArray(Length)]
    private struct Inline
    {
        public const int Length = 12;

        private Cursor _first;
    }
}
