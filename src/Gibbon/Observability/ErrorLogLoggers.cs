using Microsoft.Extensions.Logging;
using LogSeverity = Gibbon.Settings.LogSeverity;

namespace Gibbon.Observability;

/// <summary>Loggers for parts that log by .NET's means: what they say goes to the error log of this moment, which a reload may exchange.</summary>
internal sealed class ErrorLogLoggers(Func<ErrorLog> current) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Logger(current);

    /// <exception cref="NotSupportedException">Always: there is one target, the error log.</exception>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("the error log is the only target");

    public void Dispose()
    {
        // The error log belongs to who made it.
    }

    private sealed class Logger(Func<ErrorLog> current) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && current().IsEnabled(SeverityOf(logLevel));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            string message = formatter(state, exception);
            current().Write(SeverityOf(logLevel), exception is null ? message : $"{message}: {exception}");
        }

        private static LogSeverity SeverityOf(LogLevel level) => level switch
        {
            LogLevel.Critical => LogSeverity.Crit,
            LogLevel.Error => LogSeverity.Error,
            LogLevel.Warning => LogSeverity.Warn,
            LogLevel.Information => LogSeverity.Info,
            _ => LogSeverity.Debug,
        };
    }
}
