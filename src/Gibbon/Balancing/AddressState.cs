using Gibbon.Balancing.Health;
using Gibbon.Balancing.Recording;

namespace Gibbon.Balancing;

/// <summary>What is going on at one address of a target. Outlives snapshots: whoever balances over the address finds it here.</summary>
internal sealed class AddressState(AddressKey key)
{
    /// <summary>Requests under way there; counted for least-connections alone.</summary>
    internal int Connections;

    private int _probing;

    public AddressKey Key { get; } = key;

    public AddressHealth Health { get; } = new();

    public FlightRecorder Recorder { get; } = new();

    /// <summary>How fast it answers; see <see cref="Algorithms.Latency"/>.</summary>
    public AnswerTime AnswerTime { get; } = new();

    /// <summary>Since when no target stands for it, a timestamp; 0 while one does.</summary>
    public long UnusedSince { get; set; }

    /// <summary>Whether a probe may begin: only one is under way.</summary>
    public bool TryBeginProbe() => Interlocked.Exchange(ref _probing, 1) == 0;

    public void EndProbe() => Volatile.Write(ref _probing, 0);
}
