using System.Runtime.CompilerServices;

namespace Gibbon.Pdk;

/// <summary>A debug message under construction: empty, and free, when such lines are not written. Used by the compiler.</summary>
[InterpolatedStringHandler]
public ref struct DebugMessage
{
    DefaultInterpolatedStringHandler text;

    /// <summary>Starts a message.</summary>
    /// <param name="literalLength">The number of characters outside of holes.</param>
    /// <param name="formattedCount">The number of holes.</param>
    /// <param name="logger">The logger.</param>
    /// <param name="isEnabled">Whether the holes shall be filled.</param>
    public DebugMessage(int literalLength, int formattedCount, PluginLogger logger, out bool isEnabled)
    {
        IsEnabled = isEnabled = logger.IsEnabled(LogLevel.Debug);
        text = isEnabled ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    /// <summary>Whether the message is written.</summary>
    public bool IsEnabled { get; }

    /// <summary>Appends what is outside of holes.</summary>
    /// <param name="value">The characters.</param>
    public void AppendLiteral(string value) => text.AppendLiteral(value);

    /// <summary>Fills a hole.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

    /// <summary>Fills a hole.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="format">How it is written.</param>
    public void AppendFormatted<T>(T value, string? format) => text.AppendFormatted(value, format);

    /// <summary>Fills a hole.</summary>
    /// <param name="value">The characters.</param>
    public void AppendFormatted(ReadOnlySpan<char> value) => text.AppendFormatted(value);

    internal string ToStringAndClear() => text.ToStringAndClear();
}
