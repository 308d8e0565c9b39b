using System.Collections.Immutable;
using System.Globalization;

namespace Gibbon.Settings;

/// <summary>What the typed records are read from; collects what is wrong on the way, so that <c>check</c> can list all of it.</summary>
/// <remarks>After an error the reader answers with something harmless: the settings are thrown away, the remaining checks still run.</remarks>
internal sealed class SettingReader(SettingValues texts, IReadOnlyDictionary<string, object> values, List<string> errors)
{
    public List<string> Warnings { get; } = [];

    public bool IsGiven(string name) => texts.IsGiven(name);

    public string? Text(string name) => values.GetValueOrDefault(name) as string;

    public string Word(string name) => Text(name) ?? KnownSettings.Find(name)?.Default ?? "";

    public bool Flag(string name) => values.GetValueOrDefault(name) is true or "on";

    public ImmutableArray<string> List(string name) => values.GetValueOrDefault(name) is List<string> list ? [.. list] : [];

    public double? Number(string name) => values.GetValueOrDefault(name) switch
    {
        long whole => whole,
        double number => number,
        _ => null,
    };

    public int? Whole(string name) => Number(name) is { } number ? (int)Math.Clamp(number, int.MinValue, int.MaxValue) : null;

    public TimeSpan Seconds(string name) => OptionalSeconds(name) ?? TimeSpan.Zero;

    public TimeSpan? OptionalSeconds(string name) => Number(name) is { } seconds ? Span(seconds * 1000) : null;

    public TimeSpan Milliseconds(string name) => OptionalMilliseconds(name) ?? TimeSpan.Zero;

    public TimeSpan? OptionalMilliseconds(string name) => Number(name) is { } milliseconds ? Span(milliseconds) : null;

    /// <summary>A size as nginx writes it (<c>8k</c>, <c>10m</c>), in bytes.</summary>
    public long Size(string name, long otherwise = 0) => Size(name, Text(name), otherwise);

    public void Fail(string message) => errors.Add(message);

    /// <summary>The value of a directive in the most specific of some namespaces; null where it is unset or suppressed (<c>NONE</c>).</summary>
    public string? Directive(string directive, params ReadOnlySpan<string> namespaces)
    {
        foreach (var space in namespaces)
        {
            if (Text($"nginx_{space}_{directive}") is { } text)
                return text == "NONE" ? null : text;
        }

        return null;
    }

    public long SizeDirective(string directive, long otherwise, params ReadOnlySpan<string> namespaces) =>
        Size(directive, Directive(directive, namespaces), otherwise);

    public TimeSpan? TimeDirective(string directive, params ReadOnlySpan<string> namespaces)
    {
        if (Directive(directive, namespaces) is not { } text)
            return null;
        if (NginxUnits.Time(text) is { } time)
            return time;
        Fail($"{directive} is not a time: '{text}'");
        return null;
    }

    public int WholeDirective(string directive, int otherwise, params ReadOnlySpan<string> namespaces)
    {
        if (Directive(directive, namespaces) is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        Fail($"{directive} is not a number: '{text}'");
        return otherwise;
    }

    public bool SwitchDirective(string directive, bool otherwise, params ReadOnlySpan<string> namespaces) =>
        Directive(directive, namespaces) is { } text ? text == "on" : otherwise;

    /// <summary>The settings of a namespace (<c>vault_</c>), by the rest of their names.</summary>
    public IEnumerable<KeyValuePair<string, string>> Namespace(string prefix) =>
        from pair in values
        where pair.Key.StartsWith(prefix, StringComparison.Ordinal) && pair.Value is string
        select KeyValuePair.Create(pair.Key[prefix.Length..], (string)pair.Value);

    private long Size(string name, string? text, long otherwise)
    {
        if (text is null)
            return otherwise;
        if (NginxUnits.Size(text) is { } bytes)
            return bytes;
        Fail($"{name} is not a size: '{text}'");
        return otherwise;
    }

    private static TimeSpan Span(double milliseconds) =>
        TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, TimeSpan.MinValue.TotalMilliseconds / 2, TimeSpan.MaxValue.TotalMilliseconds / 2));
}
