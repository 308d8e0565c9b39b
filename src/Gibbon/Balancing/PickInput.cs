namespace Gibbon.Balancing;

/// <summary>What of a request decides where it goes.</summary>
/// <param name="Hash">The hash of what the upstream hashes (<see cref="Algorithms.XxHash32"/>); of the empty text when there is nothing.</param>
/// <param name="Sticky">The address that the session is bound to, by <see cref="TargetAddress.StickyId"/>; 0 for none.</param>
/// <param name="Tried">Where the request has failed already; null for nowhere.</param>
internal readonly record struct PickInput(uint Hash, ulong Sticky, TriedAddresses? Tried)
{
    /// <summary>A request that has nothing to say.</summary>
    public static readonly PickInput None = new(Algorithms.XxHash32.Empty, 0, null);

    public bool HasTried(TargetAddress address) => Tried is not null && Tried.Contains(address.State);
}
