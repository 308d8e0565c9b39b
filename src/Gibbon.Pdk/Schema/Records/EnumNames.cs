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
            .Select(static field => (
                Name: field.GetCustomAttribute<NameAttribute>()?.Name ?? SchemaWords.Snake(field.Name),
                Member: field.GetValue(null)!,
                IsOwn: field.IsDefined(typeof(BeyondKongAttribute))))
            .ToArray();
        KongsNames = [.. declared.Where(static item => !item.IsOwn).Select(static item => item.Name)];
        OwnNames = [.. declared.Where(static item => item.IsOwn).Select(static item => item.Name)];
        members = declared.ToFrozenDictionary(static item => item.Name, static item => item.Member, StringComparer.Ordinal);
        names = declared.ToFrozenDictionary(static item => item.Member, static item => item.Name);
    }

    /// <summary>Those that Kong has too.</summary>
    public ImmutableArray<string> KongsNames { get; }

    /// <summary>Those that Kong does not know.</summary>
    public ImmutableArray<string> OwnNames { get; }

    public static EnumNames Of(Type type) => Known.GetOrAdd(type, static type => new EnumNames(type));

    public string NameOf(object member) => names[member];

    public object? MemberOf(string name) => members.GetValueOrDefault(name);
}
