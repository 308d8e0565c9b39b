using System.Globalization;
using System.Text;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.Admin;

/// <summary>How much the error log says, for a time; afterwards what the settings say. Nodes on one database tell each other, as Kong's do.</summary>
/// <param name="log">The log.</param>
/// <param name="usual">What the settings say.</param>
/// <param name="timers">What ends the time.</param>
internal sealed class LogLevelChange(ErrorLog log, LogSeverity usual, ITimers timers)
{
    /// <summary>The channel of the cluster's events on which nodes tell each other.</summary>
    public const string Channel = "log_level";

    private const string Timer = "gibbon: log level goes back";

    public LogSeverity Level => log.Level;

    /// <summary>Says it to other nodes.</summary>
    public static string Tell(LogSeverity level, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"log_level\":{LogSeverity.Emerg - level + 1},\"timeout\":{seconds}}}");

    /// <param name="level">How much.</param>
    /// <param name="timeout">For how long; zero: until the node ends.</param>
    public void Set(LogSeverity level, TimeSpan timeout)
    {
        timers.Cancel(Timer);
        log.Level = level;
        if (timeout > TimeSpan.Zero)
        {
            timers.NamedAt(Timer, timeout, _ =>
            {
                log.Level = usual;
                return default;
            });
        }
    }

    /// <summary>Does what another node says; what makes no sense is left alone.</summary>
    public void Follow(string text)
    {
        // nginx counts from the worst, beginning with 1.
        if (ValueJson.TryRead(Encoding.UTF8.GetBytes(text), out object? value, out _) && value is ValueMap told
            && told.Get("log_level") is long number && Enum.IsDefined(LogSeverity.Emerg - (int)Math.Clamp(number - 1, 0, 100)))
        {
            double seconds = told.Get("timeout") switch
            {
                long whole => whole,
                double part => part,
                _ => 0,
            };
            Set(LogSeverity.Emerg - (int)(number - 1), TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue)));
        }
    }

    public static string WordOf(LogSeverity level) => Encoding.ASCII.GetString(LogSeverities.Word(level));

    /// <summary>The level of a word; null when there is none.</summary>
    public static LogSeverity? LevelOf(string word)
    {
        foreach (LogSeverity level in Enum.GetValues<LogSeverity>())
        {
            if (WordOf(level) == word)
            {
                return level;
            }
        }

        return null;
    }
}
