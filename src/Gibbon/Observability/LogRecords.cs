using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.Observability;

/// <summary>Lines of the error log that no request has written, while somebody exports them.</summary>
internal sealed class LogRecords(TimeProvider time) : ILogRecords
{
    /// <summary>How many are kept, of requests as well.</summary>
    public const int Most = 1000;

    private readonly Lock _gate = new();
    private List<LogRecord> _records = [];
    private volatile bool _isEnabled;

    public bool IsEnabled { get => _isEnabled; set => _isEnabled = value; }

    public IReadOnlyList<LogRecord> Take()
    {
        lock (_gate)
        {
            List<LogRecord> taken = _records;
            if (taken.Count > 0)
            {
                _records = [];
            }

            return taken;
        }
    }

    /// <summary>Keeps a line, if lines are kept.</summary>
    public void Add(LogSeverity severity, string message)
    {
        if (!_isEnabled)
        {
            return;
        }

        LogRecord record = new((time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100, LogSeverities.LevelOf(severity), message, []);
        lock (_gate)
        {
            if (_records.Count < Most)
            {
                _records.Add(record);
            }
        }
    }
}
