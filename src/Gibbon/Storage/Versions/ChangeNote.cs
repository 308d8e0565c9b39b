namespace Gibbon.Storage.Versions;

/// <summary>
/// Who changes the configuration, how and why: what is kept with the version that comes of it. It goes with whoever asked, through everything that is awaited on the
/// way to the store, so that nobody in between has to pass it on. What is written without one (a plugin's tokens and sessions) is no configuration.
/// </summary>
/// <param name="Source">What kind of change: <c>apply</c>, <c>rollback</c>, <c>admin</c>, <c>import</c>, <c>config</c> or <c>node</c>.</param>
internal sealed record ChangeNote(string Source)
{
    private static readonly AsyncLocal<ChangeNote?> Flowing = new();

    /// <summary>The note of whoever is being served.</summary>
    public static ChangeNote? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    /// <summary>Who, as they say themselves.</summary>
    public string? By { get; init; }

    /// <summary>The address they came from.</summary>
    public string? Client { get; init; }

    /// <summary>The method and the pattern of the path; never a path as it was sent, which may hold a key.</summary>
    public string? Request { get; init; }

    public string? Reason { get; init; }

    /// <summary>The version that a rollback goes back to.</summary>
    public long? RollbackTo { get; init; }
}
