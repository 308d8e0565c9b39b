using Gibbon.Pdk;

namespace Gibbon.Plugins.ResponseTransformer;

/// <summary>Changes headers. Whether one "is there" means: in the response as it came, before anything was taken out or renamed.</summary>
static class HeaderTransformation
{
    public static void Apply(Response response, ResponseTransformerConfig config)
    {
        var before = config.RenamedHeaders.Length + config.ReplacedHeaders.Length + config.AddedHeaders.Length > 0 ? response.GetHeaders() : [];
        foreach (var (name, _) in config.RemovedHeaders)
            response.ClearHeader(name);

        foreach (var (name, newName) in config.RenamedHeaders)
            if (before.Contains(name) && newName.Length > 0)
            {
                response.SetHeader(newName, before[name]);
                response.ClearHeader(name);
            }

        foreach (var (name, value) in config.ReplacedHeaders)
            if (before.Contains(name) && value.Length > 0)
                response.SetHeader(name, value);

        foreach (var (name, value) in config.AddedHeaders)
            if (!before.Contains(name) && value.Length > 0)
                response.SetHeader(name, value);

        foreach (var (name, value) in config.AppendedHeaders)
            if (value.Length > 0)
                response.AddHeader(name, value);
    }
}
