namespace Gibbon.Pdk;

/// <summary>
/// The lines of the log that belong to no request, kept for a plugin that exports them; those of a request are in
/// <see cref="Telemetry.Records"/>. At most 1000 are kept; what comes then is not.
/// </summary>
public interface ILogRecords
{
    /// <summary>Whether lines are kept, these and those of requests. Off until a plugin turns it on.</summary>
    bool IsEnabled { get; set; }

    /// <summary>The lines since the last call, in order; they are forgotten here.</summary>
    IReadOnlyList<LogRecord> Take();
}
