// The Flex language. Layout means nothing to the grammar; the few places where a line break would mislead a reader, and
// what only looks right (`a < b < c`, `x |> f + y`), are refused when the tree is built (compiler/flex/Parse/Builder.cpp).
// No actions: everything else about the language is C++ on the tree.
grammar FlexLang;

program    : use* decl* EOF ;
expression : expr EOF ;                                       // alone: in the strings of `as`, after -D name=

use     : 'use' name ('.' name)* ;
decl    : role name (ports ports?)? ('->' kind)? body ;       // configuration, then value; a fn has one list
role    : 'fn' | 'kernel' | 'mask' | 'block' | 'network' | 'recipe' | 'experiment' ;
ports   : '(' (port (',' port)*)? ')' ;
port    : name attrs ':' kind ('=' expr)? ;
label   : (name | '_') attrs ;
attrs   : ('@' name)* ('as' STRING)? ;                        // tags, the name in other people's checkpoints
body    : '=' expr | '{' stmt* '}' | 'extern' ;

stmt    : decl                                                # LocalStmt
        | 'let' name attrs '=' expr                           # LetStmt
        | 'var' name '=' expr                                 # VarStmt
        | 'param' name shape? attrs '=' expr                  # ParamStmt
        | 'state' name shape? attrs '=' expr                  # StateStmt
        | 'next' name '=' expr                                # NextStmt
        | name ('@' name)? '=' expr                           # AssignStmt     // a var; a slot of a recipe; a column of an experiment
        | 'for' name 'in' expr '{' stmt* '}'                  # ForStmt        // static: unrolled
        | cond                                                # IfStmt
        | 'require' expr                                      # RequireStmt
        | 'extent' expr                                       # ExtentStmt
        | 'band' expr                                         # BandStmt
        | 'return' expr                                       # ReturnStmt
        ;
cond    : 'if' expr '{' then+=stmt* '}' ('else' (cond | '{' otherwise+=stmt* '}'))? ;

expr    : expr '(' (arg (',' arg)*)? ')'                      # CallExpr
        | expr '[' index (',' index)* ']'                     # IndexExpr
        | expr '.' name                                       # MemberExpr
        | <assoc=right> expr '^' expr                         # PowExpr
        | '-' expr                                            # NegateExpr     // -x ^ 2 is -(x ^ 2)
        | expr op=('*' | '/' | '%') expr                      # MulExpr
        | expr op=('+' | '-') expr                            # AddExpr
        | expr '..' expr                                      # RangeExpr
        | expr op=('==' | '!=' | '<' | '<=' | '>' | '>=') expr # CompareExpr
        | 'not' expr                                          # NotExpr
        | expr 'and' expr                                     # AndExpr
        | expr 'or' expr                                      # OrExpr
        | expr '|>' (label ':')? expr                         # PipeExpr
        | 'if' expr 'then' expr 'else' expr                   # IfExpr
        | NUMBER unit?                                        # NumberExpr
        | STRING                                              # StringExpr
        | ('true' | 'false')                                  # BoolExpr
        | '_'                                                 # HoleExpr
        | name                                                # NameExpr
        | '(' expr ')'                                        # ParenExpr
        | '[' (expr (clause+ | (',' expr)*))? ']'             # ListExpr
        ;
clause  : 'for' name 'in' expr ;
arg     : (name '=')? expr ;
index   : '..' | expr ;

kind    : <assoc=right> kind '->' kind                        # FunctionKind
        | shape ('on' name shape)?                            # FieldKind
        | name ('(' expr ')')?                                # NamedKind
        | '(' (member (',' member)*)? ')'                     # TupleKind      // parameters of a function, or a record
        ;
member  : (name ':')? kind ;
shape   : '[' expr (',' expr)* ']' ;

name    : ID | role | unit ;                                  // soft keywords: names wherever no keyword can stand
unit    : 'epochs' | 'epoch' | 'steps' | 'step' ;

USE : 'use' ;       FN : 'fn' ;           KERNEL : 'kernel' ; MASK : 'mask' ;     BLOCK : 'block' ;
NETWORK : 'network' ; RECIPE : 'recipe' ; EXPERIMENT : 'experiment' ;
AS : 'as' ;         ON : 'on' ;           EXTERN : 'extern' ;
LET : 'let' ;       VAR : 'var' ;         PARAM : 'param' ;   STATE : 'state' ;   NEXT : 'next' ;
FOR : 'for' ;       IN : 'in' ;           IF : 'if' ;         THEN : 'then' ;     ELSE : 'else' ;
REQUIRE : 'require' ; EXTENT : 'extent' ; BAND : 'band' ;     RETURN : 'return' ;
AND : 'and' ;       OR : 'or' ;           NOT : 'not' ;       TRUE : 'true' ;     FALSE : 'false' ;
EPOCHS : 'epochs' ; EPOCH : 'epoch' ;     STEPS : 'steps' ;   STEP : 'step' ;

LPAREN : '(' ;      RPAREN : ')' ;        LBRACKET : '[' ;    RBRACKET : ']' ;    LBRACE : '{' ;      RBRACE : '}' ;
COMMA : ',' ;       COLON : ':' ;         AT : '@' ;          ASSIGN : '=' ;      HOLE : '_' ;
DOT : '.' ;         DOTS : '..' ;         ARROW : '->' ;      PIPE : '|>' ;
PLUS : '+' ;        MINUS : '-' ;         TIMES : '*' ;       DIVIDE : '/' ;      MODULO : '%' ;      POWER : '^' ;
EQ : '==' ;         NE : '!=' ;           LT : '<' ;          LE : '<=' ;         GT : '>' ;          GE : '>=' ;

NUMBER  : [0-9]+ ('.' [0-9]+)? ([eE] [+-]? [0-9]+)? ;         // never ends in a dot
STRING  : '"' ~["\r\n]* '"' ;                                 // no escapes
ID      : [A-Za-z] [A-Za-z0-9_]* ;
COMMENT : '#' ~[\r\n]* -> channel(HIDDEN) ;
WS      : [ \t\r\n]+ -> skip ;

// What no rule above takes still becomes a token, so that the parser can say what is wrong with it.
OPEN_STRING : '"' ~["\r\n]* ;
UNKNOWN     : . ;
