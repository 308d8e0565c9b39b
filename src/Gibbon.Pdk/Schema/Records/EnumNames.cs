using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;

namespace Gibbon.Pdk.Schemas;

/// <summary>The names in data of an enumeration's members, in the order in which they were declared.</summary>
sealed class EnumNames
{
    static readonly ConcurrentDictionary<Type, EnumNames> Known = new();
    readonly FrozenDictionary<string, object> members;
    readonly FrozenDictionary<object, string> names;

    EnumNames(Type type)
    {
        var declared = type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static field => (Name: field.GetCustomAttribute<NameAttribute>()?.Name ?? SchemaWords.Snake(field.Name), Member: field.GetValue(null)!))
            .ToArray();
        Names = [.. declared.Select(static item => item.Name)];
        members = declared.ToFrozenDictionary(static item => item.Name, static item => item.Member, StringComparer.Ordinal);
        names = declared.ToFrozenDictionary(static item => item.Member, static item => item.Name);
    }

    public ImmutableArray<string> Names { get; }

    public static EnumNames Of(Type type) => Known.GetOrAdd(type, static type => new EnumNames(type));

    public string NameOf(object member) => names[member];

    public object? MemberOf(string name) => members.GetValueOrDefault(name);
}
