using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering.Compatibility;

/// <summary>What plugins of older data planes do not know, and what they call otherwise.</summary>
internal sealed class PluginReductions(Reduction reduction, long version)
{
    private static readonly (string Now, string Then)[] SessionNames =
    [
        ("idling_timeout", "cookie_idletime"), ("rolling_timeout", "cookie_lifetime"), ("stale_ttl", "cookie_discard"),
        ("cookie_same_site", "cookie_samesite"), ("cookie_http_only", "cookie_httponly"), ("remember", "cookie_persistent"),
    ];

    private static readonly string[] RedisFields = ["host", "port", "username", "password", "database", "timeout", "ssl", "ssl_verify", "server_name"];

    public void Apply(ValueMap plugin)
    {
        if (plugin.GetString("name") is not { } name || plugin.GetMap("config") is not { } config)
        {
            return;
        }

        new AiReductions(reduction, version).Apply(name, config);
        if (version < 3_008_000_000 && name == "acme" && config.GetMap("storage_config")?.GetMap("redis")?.Get("username") is not null)
        {
            reduction.Note("configures acme plugin with redis username", "not work in this release");
        }

        if (version < 3_008_000_000 && name == "aws-lambda" && config.Remove("aws_sts_endpoint_url"))
        {
            reduction.Changed("configures aws-lambda plugin with aws_sts_endpoint_url", "will be removed.");
        }

        if (version < 3_006_000_000 && FlattenRedis(name, config))
        {
            reduction.Changed($"adapts {name} plugin redis configuration to older version", "revert to older schema");
        }

        if (name is "opentelemetry" or "zipkin")
        {
            ReplaceHeaderType(3_005_000_000, "gcp", name, config);
            ReplaceHeaderType(3_004_000_000, "aws", name, config);
        }

        if (version < 3_003_000_000)
        {
            GiveOwnQueue(name, config);
        }
    }

    /// <summary>Gives fields the names that they had.</summary>
    public void Rename(string name, ValueMap config)
    {
        if (name == "session" && version < 3_002_000_000)
        {
            foreach ((string now, string then) in SessionNames)
            {
                Rename(config, now, then);
            }

            if (config.GetString("cookie_samesite") == "Default")
            {
                config["cookie_samesite"] = "Lax";
            }
        }

        if (name == "opentelemetry" && version < 3_008_000_000)
        {
            Rename(config, "traces_endpoint", "endpoint");
        }
    }

    private void Rename(ValueMap config, string now, string then)
    {
        if (config.Remove(now, out object? value))
        {
            config[then] = value;
            reduction.Changed();
        }
    }

    private static bool FlattenRedis(string name, ValueMap config)
    {
        if (name is "rate-limiting" or "response-ratelimiting" && config.GetString("policy") == "redis" && config.GetMap("redis") is { } redis)
        {
            foreach (string field in RedisFields)
            {
                config[field == "server_name" ? "redis_server_name" : $"redis_{field}"] = redis.Get(field);
            }

            return config.Remove("redis");
        }

        if (name == "acme" && config.GetString("storage") == "redis" && config.GetMap("storage_config") is { } storage && storage.GetMap("redis") is { } of)
        {
            storage["redis"] = new ValueMap
            {
                ["host"] = of.Get("host"),
                ["port"] = of.Get("port"),
                ["auth"] = of.Get("password"),
                ["database"] = of.Get("database"),
                ["ssl"] = of.Get("ssl"),
                ["ssl_verify"] = of.Get("ssl_verify"),
                ["ssl_server_name"] = of.Get("server_name"),
                ["namespace"] = of.GetMap("extra_options")?.Get("namespace"),
                ["scan_count"] = of.GetMap("extra_options")?.Get("scan_count"),
            };
            return true;
        }

        return false;
    }

    private void ReplaceHeaderType(long since, string type, string name, ValueMap config)
    {
        if (version >= since)
        {
            return;
        }

        if (config.GetString("header_type") == type)
        {
            config["header_type"] = "preserve";
            reduction.Changed($"configures {name} plugin with: header_type == {type}", "overwritten with default value `preserve`");
        }

        if (name == "zipkin" && config.GetString("default_header_type") == type)
        {
            config["default_header_type"] = "b3";
            reduction.Changed($"configures {name} plugin with: default_header_type == {type}", "overwritten with default value `b3`");
        }
    }

    // Before there was one queue for all, each plugin had settings of its own for it.
    private void GiveOwnQueue(string name, ValueMap config)
    {
        ValueMap? queue = config.GetMap("queue");
        if (name is "statsd" or "datadog")
        {
            Give(config, "retry_count", null, 10);
            Give(config, "queue_size", queue?.Get("max_batch_size"), 1);
            Give(config, "flush_timeout", queue?.Get("max_coalescing_delay"), 2);
        }
        else if (name == "opentelemetry")
        {
            Give(config, "batch_span_count", queue?.Get("max_batch_size"), 200);
            Give(config, "batch_flush_delay", queue?.Get("max_coalescing_delay"), 3);
        }
    }

    private void Give(ValueMap config, string field, object? value, long otherwise)
    {
        if (config.Get(field) is not (long or double))
        {
            config[field] = value is long or double ? value : otherwise;
            reduction.Changed();
        }
    }
}
