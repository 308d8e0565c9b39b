using System.Runtime.CompilerServices;

namespace Gibbon.Pdk;

/// <summary>
/// Writes to the gateway's log: <c>[kong] File.cs:12 [namespace] message</c>. An interpolated message is not even put together when its
/// level
/// is not written. May be used in every phase and outside of all. Never log secrets.
/// </summary>
public abstract class PluginLogger
{
    /// <summary>The name in brackets: a plugin's name; empty for the gateway.</summary>
    public abstract string Namespace { get; }

    /// <summary>Whether lines of a level are written at this moment.</summary>
    /// <param name="level">The level.</param>
    public abstract bool IsEnabled(LogLevel level);

    /// <summary>A logger with another name in brackets.</summary>
    /// <param name="ns">The name.</param>
    /// <param name="format">The format: <c>%file_src %line_src %func_name %message %namespace</c>; <c>null</c> is the default one.</param>
    /// <exception cref="KongArgumentException">A text is empty.</exception>
    [Kong("kong.log.new"), Kong("kong.log.set_format"), Phases(Phase.Any)]
    public PluginLogger Create(string ns, string? format = null)
    {
        if (ns is null)
            throw new KongArgumentException("namespace must be a string", nameof(ns));

        if (ns.Length == 0)
            throw new KongArgumentException("namespace cannot be an empty string", nameof(ns));

        if (format is { Length: 0 })
            throw new KongArgumentException("format cannot be an empty string if specified", nameof(format));

        return CreateCore(ns, format);
    }

    /// <summary>Writes a line.</summary>
    /// <param name="level">The level.</param>
    /// <param name="message">The message.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    /// <param name="member">The caller's name; filled in by the compiler.</param>
    public void Write(
        LogLevel level,
        string message,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0,
        [CallerMemberName] string member = "")
    {
        if (IsEnabled(level))
            WriteCore(level, message, file, line, member);
    }

    /// <summary>Writes a line; the gateway cannot be used.</summary>
    /// <param name="message">The message.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    [Kong("kong.log.emerg"), Phases(Phase.Any)]
    public void Emerg(string message, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Write(LogLevel.Emerg, message, file, line);

    /// <summary>Writes a line; somebody must act at once.</summary>
    /// <param name="message">The message.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    [Kong("kong.log.alert"), Phases(Phase.Any)]
    public void Alert(string message, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Write(LogLevel.Alert, message, file, line);

    /// <summary>Writes a line; something essential failed.</summary>
    /// <param name="message">The message.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    [Kong("kong.log.crit"), Phases(Phase.Any)]
    public void Crit(string message, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Write(LogLevel.Crit, message, file, line);

    /// <summary>Writes a line; something failed.</summary>
    /// <param name="message">The message.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    [Kong("kong.log.err"), Phases(Phase.Any)]
    public void Err(string message, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Write(LogLevel.Err, message, file, line);

    /// <summary>Writes a line; something is wrong but works.</summary>
    /// <param name="message">The message.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    [Kong("kong.log.warn"), Phases(Phase.Any)]
    public void Warn(string message, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Write(LogLevel.Warn, message, file, line);

    /// <summary>Writes a line; something normal but worth knowing.</summary>
    /// <param name="message">The message.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    [Kong("kong.log.notice"), Kong("kong.log"), Phases(Phase.Any)]
    public void Notice(string message, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Write(LogLevel.Notice, message, file, line);

    /// <summary>Writes a line about what is going on.</summary>
    /// <param name="message">The message.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    [Kong("kong.log.info"), Phases(Phase.Any)]
    public void Info(string message, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Write(LogLevel.Info, message, file, line);

    /// <summary>Writes a line about what is going on; costs next to nothing when such lines are not written.</summary>
    /// <param name="message">The message, interpolated.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    [Kong("kong.log.info"), Phases(Phase.Any)]
    public void Info(
        [InterpolatedStringHandlerArgument("")] ref InfoMessage message,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        if (message.IsEnabled)
            Write(LogLevel.Info, message.ToStringAndClear(), file, line);
    }

    /// <summary>Writes a line about what is going on, in detail.</summary>
    /// <param name="message">The message.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    [Kong("kong.log.debug"), Phases(Phase.Any)]
    public void Debug(string message, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Write(LogLevel.Debug, message, file, line);

    /// <summary>Writes a line about what is going on, in detail; costs next to nothing when such lines are not written.</summary>
    /// <param name="message">The message, interpolated.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    [Kong("kong.log.debug"), Phases(Phase.Any)]
    public void Debug(
        [InterpolatedStringHandlerArgument("")] ref DebugMessage message,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        if (message.IsEnabled)
            Write(LogLevel.Debug, message.ToStringAndClear(), file, line);
    }

    /// <summary>Warns that something a user configured will go away.</summary>
    /// <param name="message">What, and what to use in its place.</param>
    /// <param name="after">The version since which it is deprecated, if known.</param>
    /// <param name="removal">The version in which it goes away, if known.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    [Kong("kong.log.deprecation"), Phases(Phase.Any)]
    public void Deprecation(
        string message,
        string? after = null,
        string? removal = null,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        var schedule = (after, removal) switch
        {
            (not null, not null) => $" (deprecated after {after}, scheduled for removal in {removal})",
            (not null, null) => $" (deprecated after {after})",
            (null, not null) => $" (scheduled for removal in {removal})",
            _ => "",
        };
        Write(LogLevel.Warn, message + schedule, file, line);
    }

    /// <summary>Writes a value as indented JSON-like text, for whoever is writing a plugin.</summary>
    /// <param name="value">A text, a number, a truth value, a map, a list, or anything with a <c>ToString</c> of its own.</param>
    /// <param name="file">The caller's file; filled in by the compiler.</param>
    /// <param name="line">The caller's line; filled in by the compiler.</param>
    /// <param name="member">The caller's name; filled in by the compiler.</param>
    [Kong("kong.log.inspect"), Phases(Phase.Any)]
    public void Inspect(
        object? value,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0,
        [CallerMemberName] string member = "")
    {
        if (IsEnabled(LogLevel.Notice))
            WriteCore(LogLevel.Notice, Inspection.Of(value), file, line, member);
    }

    /// <summary>See <see cref="Create"/>.</summary>
    /// <param name="ns">The name in brackets.</param>
    /// <param name="format">The format.</param>
    protected abstract PluginLogger CreateCore(string ns, string? format);

    /// <summary>Writes a line of an enabled level.</summary>
    /// <param name="level">The level.</param>
    /// <param name="message">The message.</param>
    /// <param name="file">The path of the caller's file; its last part is written.</param>
    /// <param name="line">The caller's line.</param>
    /// <param name="member">The caller's name; empty if unknown.</param>
    protected abstract void WriteCore(LogLevel level, string message, string file, int line, string member);
}
