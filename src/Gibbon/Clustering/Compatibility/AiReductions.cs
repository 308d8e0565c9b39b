using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering.Compatibility;

/// <summary>What older data planes do not know of the AI plugins, which come as somebody's plugins in Lua: a provider that they do not know becomes <c>openai</c>.</summary>
internal sealed class AiReductions(Reduction reduction, long version)
{
    private const long WithHuggingFace = 3_009_000_000;
    private const long WithManyProviders = 3_008_000_000;
    private const long WithPreserve = 3_007_000_000;
    private const string Mistral = "https://api.mistral.ai:443";

    public void Apply(string name, ValueMap config)
    {
        bool isProxy = name == "ai-proxy";
        ValueMap? model = isProxy ? config.GetMap("model")
            : name is "ai-request-transformer" or "ai-response-transformer" ? config.GetMap("llm")?.GetMap("model")
            : null;
        if (model is null)
        {
            return;
        }

        if (version < WithHuggingFace && model.GetString("provider") is "huggingface")
        {
            Replace(name, config, model, isProxy);
            model.GetMap("options")?.Remove("huggingface");
        }

        if (version < WithManyProviders && model.GetString("provider") is "gemini" or "bedrock")
        {
            Replace(name, config, model, isProxy);
        }

        if (version < WithManyProviders && isProxy && model.GetString("provider") is "mistral" && model.GetMap("options")?.Get("upstream_url") is null)
        {
            ValueMap options = model.GetMap("options") ?? [];
            options["upstream_url"] = Mistral;
            model["options"] = options;
            reduction.Changed("configures ai-proxy plugin with mistral provider and no upstream_url", $"use {Mistral}");
        }

        if (version < WithPreserve && isProxy && config.GetString("route_type") is "preserve")
        {
            config["route_type"] = "llm/v1/chat";
            reduction.Changed("configures ai-proxy plugin with route_type == preserve", "use route_type == \"llm/v1/chat\"");
        }
    }

    private void Replace(string name, ValueMap config, ValueMap model, bool isProxy)
    {
        string provider = model.GetString("provider")!;
        model["provider"] = "openai";
        if (isProxy)
        {
            config["route_type"] = "preserve";
        }

        reduction.Changed($"configures {name} plugin with {provider} provider", "use \"openai preserve mode\"");
    }
}
