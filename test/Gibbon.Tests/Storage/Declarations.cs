using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Tests.Storage;

/// <summary>Loads declarative texts in tests.</summary>
internal static class Declarations
{
    static readonly DeclarativeLoader Loader = new(TestSchemas.Instance, TimeProvider.System);

    public static DeclarativeConfiguration Load(string text, string? fileName = null)
    {
        Assert.True(Loader.TryLoad(text, fileName, out var configuration, out var error), error?.Text);
        return configuration;
    }

    public static DeclarativeError Refuse(string text, string? fileName = null)
    {
        Assert.False(Loader.TryLoad(text, fileName, out _, out var error));
        return error;
    }

    public static DeclarativeError Refuse(ValueMap document)
    {
        Assert.False(Loader.TryLoad(document, null, out _, out var error));
        return error;
    }

    public static IReadOnlyList<T> All<T>(this DeclarativeConfiguration configuration)
        where T : class => [.. configuration.Entities.GetValueOrDefault(Schema.Of<T>().Name, []).Cast<T>()];

    public static T One<T>(this DeclarativeConfiguration configuration)
        where T : class => Assert.Single(configuration.All<T>());
}
