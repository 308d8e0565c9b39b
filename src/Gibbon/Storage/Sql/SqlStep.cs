using System.Data.Common;

namespace Gibbon.Storage.Sql;

/// <summary>A statement that writes one row, and the values for it.</summary>
/// <param name="Text">The statement; parameters are named for columns.</param>
/// <param name="Table">The kind of entity.</param>
/// <param name="Columns">The columns that it names.</param>
/// <param name="Values">The entity.</param>
internal sealed record SqlStep(string Text, SqlTable Table, IReadOnlyList<SqlColumn> Columns, Pdk.Schemas.ValueMap Values)
{
    public Guid WorkspaceId { get; init; }

    /// <summary>The time at which the row expires.</summary>
    public double? Expiry { get; init; }

    public void Bind(SqlSession session, DbParameterCollection parameters)
    {
        session.BindNow(parameters, Text);
        foreach (SqlColumn column in Columns)
        {
            session.Bind(parameters, column, SqlRow.ValueOf(Table, column, Values, WorkspaceId, Expiry));
        }
    }
}
