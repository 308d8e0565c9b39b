using System.Collections.Frozen;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Protobuf;

namespace Gibbon.Plugins.GrpcGateway;

/// <summary>The requests that the annotations of a .proto file name, by the method of HTTP; the first that matches is taken.</summary>
/// <param name="services">What the file says.</param>
sealed class HttpRoutes(ProtoServices services)
{
    readonly FrozenDictionary<string, HttpRoute[]> routes = services.Methods
        .SelectMany(static method => method.Bindings.Select(binding => (binding, method)))
        .GroupBy(static pair => pair.binding.Method)
        .ToFrozenDictionary(
            static group => group.Key,
            static group => group.Select(pair => new HttpRoute(new PathTemplate(pair.binding.Template), pair.method, pair.binding.Body)).ToArray());

    /// <summary>Finds the method for a request.</summary>
    /// <param name="method">The method of HTTP in lower case.</param>
    /// <param name="path">The path.</param>
    /// <param name="fields">The fields that the path gives.</param>
    /// <returns>The route, or Kong's text of why there is none.</returns>
    public Result<HttpRoute> Find(string method, string path, ValueMap fields)
    {
        if (!routes.TryGetValue(method, out var candidates))
            return Result.Failure<HttpRoute>($"Unknown method \"{method}\"");

        foreach (var route in candidates)
        {
            if (route.Template.Match(path) is not { } variables)
                continue;

            foreach (var (field, value) in variables)
                RequestMessage.Set(fields, field, value);

            return route;
        }

        return Result.Failure<HttpRoute>($"Unknown path \"{path}\"");
    }
}
