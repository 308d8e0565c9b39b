using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Balancing.Probes;

/// <summary>
/// The addresses of an upstream that are to be probed. As many lanes take from it as its <c>concurrency</c> says, however many intervals go by
/// while they are at work.
/// </summary>
internal sealed class ProbeQueue
{
    private readonly Lock _gate = new();
    private readonly Queue<TargetAddress> _due = new();
    private int _lanes;

    public void Add(TargetAddress address)
    {
        lock (_gate)
        {
            _due.Enqueue(address);
        }
    }

    /// <summary>Opens another lane if one is wanted and allowed, with its first address; it must take until there is nothing left.</summary>
    public bool TryOpenLane(int most, [NotNullWhen(true)] out TargetAddress? first)
    {
        lock (_gate)
        {
            first = null;
            if (_lanes >= most || !_due.TryDequeue(out first))
            {
                return false;
            }

            _lanes++;
            return true;
        }
    }

    /// <summary>Takes the next address; false closes the lane.</summary>
    public bool TryTake([NotNullWhen(true)] out TargetAddress? address)
    {
        lock (_gate)
        {
            if (_due.TryDequeue(out address))
            {
                return true;
            }

            _lanes--;
            return false;
        }
    }
}
