namespace Gibbon.Admin;

/// <summary>What tells the Admin API from the Status API.</summary>
internal sealed record ApiOptions
{
    /// <summary>Who may come in.</summary>
    public required AdminAccess Access { get; init; }

    /// <summary>What keeps pages of other sites out; null: nothing, since there is nothing to do but read.</summary>
    public BrowserGuard? Guard { get; init; }

    /// <summary>Which web pages may read the answers.</summary>
    public required Cors Cors { get; init; }

    /// <summary>Whether requests may have bodies at all; the Status API's may not.</summary>
    public required bool TakesBodies { get; init; }

    /// <summary>Whether <c>/endpoints</c> lists what there is.</summary>
    public required bool ListsEndpoints { get; init; }

    /// <summary>Whether changes are told in the error log.</summary>
    public required bool TellsChanges { get; init; }

    /// <summary>Where each request has its line.</summary>
    public required ApiAccessLog AccessLog { get; init; }
}
