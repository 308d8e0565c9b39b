using System.Data.Common;
using Gibbon.Observability;
using Gibbon.Pdk;

namespace Gibbon.Storage.Sql;

/// <summary>A query as a step of the request that needs it, if that request is traced. The statement has names where values stand, so no secret is in it.</summary>
internal readonly struct QuerySpan : IDisposable
{
    private readonly OwnCalls? _calls;
    private readonly Span? _span;

    public QuerySpan(SqlDialect dialect, DbCommand command)
        : this(dialect, command.CommandText)
    {
    }

    public QuerySpan(SqlDialect dialect, string text)
    {
        _calls = OwnCalls.Current;
        _span = _calls?.BeginQuery(dialect.Name, text);
    }

    public void Dispose()
    {
        if (_span is not null)
        {
            _calls!.End(_span);
        }
    }
}
