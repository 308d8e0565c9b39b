namespace Gibbon.Pdk;

/// <summary>A queue of work.</summary>
/// <typeparam name="TEntry">What is queued.</typeparam>
public interface IQueue<in TEntry>
{
    /// <summary>How many entries wait.</summary>
    int Count { get; }

    /// <summary>Whether the next entry would drive out the oldest.</summary>
    bool IsFull { get; }

    /// <summary>Whether an entry could be added without driving out others. Kong's <c>can_enqueue</c>.</summary>
    /// <param name="bytes">The entry's size, where <see cref="QueueConfig.MaxBytes"/> is set.</param>
    bool HasRoomFor(int bytes = 0);

    /// <summary>Adds an entry; never waits.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="bytes">Its size, where <see cref="QueueConfig.MaxBytes"/> is set.</param>
    /// <returns>A failure if the entry alone is larger than the queue may be.</returns>
    Result Enqueue(TEntry entry, int bytes = 0);
}
