using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.FileLog;

/// <summary>Which file entries are written to.</summary>
sealed record FileLogConfig : IConfigureSchema, IEntryConfig
{
    /// <summary>The file; it is made if it does not exist.</summary>
    [Match("^[^*&%%\\`]+$"), Error("not a valid filename")]
    public required string Path { get; init; }

    /// <summary>Whether the file is opened anew for each write.</summary>
    public bool Reopen { get; init; }

    /// <summary>Fields that an entry gets as well, by path: what a piece of Lua returns; nil takes a field out.</summary>
    [Length(Min = 1, On = Part.Keys), Length(Min = 1, On = Part.Elements)]
    public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }

    CustomFields IEntryConfig.CustomFields => field ??= new CustomFields(CustomFieldsByLua);

    static void IConfigureSchema.Configure(SchemaBuilder schema) =>
        schema.Validate("path", static path => string.IsNullOrWhiteSpace((string)path) ? "not a valid filename" : null);
}
