using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>The vaults of this moment, as plugins ask for them.</summary>
/// <param name="current">The vaults of this moment.</param>
internal sealed class VaultsForPlugins(Func<SecretVaults> current) : IVaults
{
    private const string References = "$refs";

    public bool IsReference(string? text) => ReferenceParser.IsReference(text);

    public Result<VaultReference> ParseReference(string reference) => ReferenceParser.Parse(reference);

    public ValueTask<Result<string>> GetAsync(string reference, CancellationToken cancellation = default) =>
        new(current().GetAsync(reference, cancellation));

    public ValueMap Update(ValueMap config)
    {
        SecretReferences secrets = new(current());
        if (config.GetMap(References) is { } references)
        {
            foreach ((string name, object? reference) in references)
            {
                config[name] = Resolve(reference, secrets);
            }
        }

        foreach (object? value in config.Where(static entry => entry.Key != References).Select(static entry => entry.Value))
        {
            if (value is ValueMap record)
            {
                Update(record);
            }
        }

        return config;
    }

    public async ValueTask<Result<T>> TryAsync<TConfig, T>(Func<TConfig, ValueTask<Result<T>>> attempt, TConfig config)
        where TConfig : class => await attempt(config).ConfigureAwait(false);

    public void Flush() => current().Forget();

    public ValueTask WarmUpAsync(object? value) => new(Task.WhenAll(ReferencesIn(value).Select(reference => current().GetAsync(reference))));

    private IEnumerable<string> ReferencesIn(object? value) => value switch
    {
        string text => IsReference(text) ? [text] : [],
        ValueMap map => map.Values.SelectMany(ReferencesIn),
        ValueList list => list.SelectMany(ReferencesIn),
        _ => [],
    };

    private static object? Resolve(object? reference, SecretReferences secrets) => reference switch
    {
        string text => secrets.Resolve(text),
        ValueMap map => new ValueMap(map.Select(entry => KeyValuePair.Create(entry.Key, Resolve(entry.Value, secrets)))),
        ValueList list => new ValueList(list.Select(item => Resolve(item, secrets))),
        _ => reference,
    };
}
