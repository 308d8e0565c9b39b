namespace Gibbon.Pdk;

/// <summary>
/// Events to all nodes that share a database. Kong's <c>kong.cluster_events</c>. They arrive within some seconds
/// (<c>db_update_frequency</c>);
/// without a database a broadcast reaches nobody and succeeds.
/// </summary>
public interface IClusterEvents
{
    /// <summary>Listens.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="listener">Called with the text. What it throws is logged.</param>
    /// <returns>Ends the listening when disposed.</returns>
    IDisposable Subscribe(string channel, Action<string> listener);

    /// <summary>Tells the other nodes.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="data">The text.</param>
    /// <param name="delay">How long they wait before they listen to it.</param>
    /// <returns>A failure if the database cannot be reached.</returns>
    ValueTask<Result> BroadcastAsync(string channel, string data, TimeSpan delay = default);
}
