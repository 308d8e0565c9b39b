using Gibbon.Pdk;

namespace Gibbon.Storage.Versions;

/// <summary>The versions of the configuration that are kept: in the database, or in the memory of a node without one.</summary>
internal interface IVersionLog
{
    /// <summary>What clients send back to say which version they mean: the number, and where numbers begin anew something that tells their beginnings apart.</summary>
    string TagOf(long version);

    /// <summary>The number of the present version; 0 before the first.</summary>
    ValueTask<EntityResult<long>> CurrentAsync(CancellationToken cancellation);

    /// <summary>Versions from the newest on.</summary>
    /// <param name="before">Only older ones than this.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellation">Gives up.</param>
    ValueTask<EntityResult<IReadOnlyList<ConfigurationVersion>>> PageAsync(long before, int most, CancellationToken cancellation);

    /// <summary>What a version changed, in its order.</summary>
    /// <param name="version">Which version.</param>
    /// <param name="skip">How many to leave out.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellation">Gives up.</param>
    ValueTask<EntityResult<IReadOnlyList<VersionChange>>> ChangesAsync(long version, int skip, int most, CancellationToken cancellation);

    /// <summary>Of every entity that changed after a version how it was then: the oldest change of each, of which the state before counts.</summary>
    ValueTask<EntityResult<IReadOnlyList<VersionChange>>> SinceAsync(long version, CancellationToken cancellation);
}
