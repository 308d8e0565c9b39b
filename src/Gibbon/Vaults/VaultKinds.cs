using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>The kinds of vaults there are. Of them only <c>env</c> is in Kong's open edition; the others must be named in the setting <c>vaults</c>.</summary>
internal static class VaultKinds
{
    private static readonly FrozenDictionary<string, Type> s_configs = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        [EnvironmentSecrets.Name] = typeof(EnvironmentVaultConfig),
        ["aws"] = typeof(AwsVaultConfig),
        ["azure"] = typeof(AzureVaultConfig),
        ["gcp"] = typeof(GcpVaultConfig),
        ["hcv"] = typeof(HashiCorpVaultConfig),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The schemas of the kinds that are installed.</summary>
    public static ImmutableDictionary<string, Schema> Schemas(IEnumerable<string> installed) => installed
        .Append(EnvironmentSecrets.Name)
        .Where(s_configs.ContainsKey)
        .Distinct(StringComparer.Ordinal)
        .ToImmutableDictionary(static name => name, static name => Schema.ForVault(name, s_configs[name]));

    /// <summary>What a vault is called and configured by, made ready to be asked.</summary>
    /// <returns>The vault and how long to believe it; null if there is no such kind, or if it lacks what it needs.</returns>
    public static (ISecretVault Vault, VaultLifetimes Lifetimes)? Create(string name, ValueMap config, TimeProvider time)
    {
        if (!s_configs.TryGetValue(name, out Type? type)
            || Schema.ForVault(name, type).Find("config")!.Record!.Fields.Any(field => field is { Required: true, HasDefault: false } && config.Get(field.Name) is null))
        {
            return null;
        }

        object bound = Schema.Bind(type, config);
        return bound switch
        {
            AwsVaultConfig aws => (new AwsVault(aws, time), aws),
            AzureVaultConfig azure => (new AzureKeyVault(azure, time), azure),
            GcpVaultConfig gcp => (new GcpVault(gcp, time), gcp),
            HashiCorpVaultConfig hashiCorp => (new HashiCorpVault(hashiCorp, time), hashiCorp),
            _ => null,
        };
    }

    /// <summary>The options of a kind among the settings: <c>vault_hcv_port</c> is the option <c>port</c> of <c>hcv</c>.</summary>
    public static ValueMap Options(string name, IEnumerable<KeyValuePair<string, string>> settings)
    {
        ValueMap config = [];
        if (!s_configs.TryGetValue(name, out Type? type))
        {
            return config;
        }

        RecordSchema record = Schema.ForVault(name, type).Find("config")!.Record!;
        foreach ((string key, string text) in settings)
        {
            if (key.StartsWith(name + "_", StringComparison.Ordinal) && record.Find(key[(name.Length + 1)..]) is { } field)
            {
                config[field.Name] = Typed(field, text);
            }
        }

        return config;
    }

    /// <summary>A text as the type of a field wants it: of a setting, or of an option in a reference.</summary>
    public static object Typed(Field field, string text) => field.Type switch
    {
        FieldType.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => whole,
        FieldType.Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        FieldType.Boolean => text is "on" or "true",
        _ => text,
    };

    /// <summary>The field of a kind's configuration.</summary>
    public static Field? Option(string name, string option) =>
        s_configs.TryGetValue(name, out Type? type) ? Schema.ForVault(name, type).Find("config")!.Record!.Find(option) : null;
}
