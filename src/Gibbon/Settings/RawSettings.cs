using System.Diagnostics.CodeAnalysis;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Settings;

/// <summary>Settings by Kong's names. A value is a <c>string</c>, <c>bool</c>, <c>long</c>, <c>double</c> or a list of strings; unset is absent.</summary>
internal sealed class RawSettings(
    IReadOnlyDictionary<string, object> values, IReadOnlyDictionary<string, string> references, IReadOnlyDictionary<string, string> written)
{
    /// <summary>What <c>GET /</c> shows in place of a secret.</summary>
    public const string Mask = "******";

    /// <summary>Every setting that has a value, secrets included, ordered by name.</summary>
    public IReadOnlyDictionary<string, object> Values { get; } = values;

    /// <summary>The <c>{vault://...}</c> references by setting, as the user wrote them.</summary>
    public IReadOnlyDictionary<string, string> References { get; } = references;

    /// <summary>Settings and defaults as text, before references and aliases are resolved: loading them again gives the same settings.</summary>
    public IReadOnlyDictionary<string, string> Written { get; } = written;

    public object? this[string name] => Values.GetValueOrDefault(name);

    public bool TryGet(string name, [NotNullWhen(true)] out object? value) => Values.TryGetValue(name, out value);

    /// <summary>True for what must not be shown: a secret, or what a vault gave.</summary>
    public bool IsSecret(string name) => KnownSettings.IsSensitive(name) || References.ContainsKey(name);

    /// <summary>Whether the settings with these names have the same values there as here.</summary>
    public bool SaysTheSameAs(RawSettings other, Func<string, bool> names) =>
        Values.Keys.Union(other.Values.Keys).Where(names).All(name => AreSame(this[name], other[name]));

    private static bool AreSame(object? one, object? other) =>
        one is IEnumerable<string> list ? other is IEnumerable<string> otherList && list.SequenceEqual(otherList) : Equals(one, other);

    /// <summary>What <c>GET /</c> shows, and what a data plane tells of itself: secrets masked.</summary>
    public ValueMap Shown() => new(Masked().Select(static pair => KeyValuePair.Create<string, object?>(
        pair.Key, pair.Value is IEnumerable<string> list ? new ValueList(list) : pair.Value)));

    /// <summary>The same with secrets masked: safe to show.</summary>
    public IEnumerable<KeyValuePair<string, object>> Masked() =>
        Values.Select(pair => IsSecret(pair.Key) ? KeyValuePair.Create(pair.Key, (object)Mask) : pair);
}
