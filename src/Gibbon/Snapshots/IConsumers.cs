using Gibbon.Pdk;
using Gibbon.Pdk.Entities;

namespace Gibbon.Snapshots;

/// <summary>
/// Consumers as requests ask for them. There may be millions, so the snapshot does not hold them: it holds this, which looks them up through a
/// cache over the store.
/// </summary>
internal interface IConsumers
{
    /// <summary>The consumer with an id or, if asked, a username; null when there is none.</summary>
    ValueTask<Result<Consumer?>> FindAsync(string idOrUsername, bool byUsername);

    /// <summary>The consumer with an id; null when there is none.</summary>
    ValueTask<Result<Consumer?>> FindAsync(Guid id);

    /// <summary>The ids of the groups that a consumer is in; empty for most.</summary>
    ValueTask<IReadOnlyList<Guid>> GroupsOfAsync(Guid consumer);
}
